//! Tests `check` of a program with revocation: token lifetimes, and the webhook that revokes tokens.

use std::time::Duration;

use logto_runtime::test_util::{Hook, TestTenantBuilder};

use crate::{
    check::found,
    support::{MANIFEST, PRODUCTS, SOURCE, codes, message, tenant},
};

const EVENTS: [&str; 4] = [
    "User.SuspensionStatus.Updated",
    "User.Deleted",
    "Organization.Membership.Updated",
    "Organization.Deleted",
];

const REVOKING: &str = r#"
fn revocation() {
    let revocations = Revocations::builder(endpoint)
        .max_token_lifetime(Duration::from_secs(60 * 60))
        .start();
    router.route("/webhooks/logto", revocations.webhook([key]));
}
"#;

#[test]
fn a_lifetime_above_max_token_lifetime_is_found() {
    for (seconds, expected) in [
        (3_600, None),
        (3_601, Some("warning lifetime_above_horizon logto.toml:1")),
    ] {
        let tenant = tenant()
            .token_lifetime(PRODUCTS, Duration::from_secs(seconds))
            .hook(Hook::new("https://api.example.com/webhooks/logto", EVENTS));
        let (exit, document) = found(tenant, MANIFEST, &format!("{SOURCE}{REVOKING}"));
        assert_eq!(exit, 0);
        assert_eq!(codes(&document).first().map(String::as_str), expected);
    }
    let long = tenant().token_lifetime(PRODUCTS, Duration::from_secs(86_400));
    let (_, document) = found(long, MANIFEST, SOURCE);
    assert_eq!(
        codes(&document),
        [""; 0],
        "without revocation, a lifetime is not a finding"
    );
}

#[test]
fn a_missing_or_faulty_webhook_is_a_finding() {
    let url = "https://api.example.com/webhooks/logto";
    let good = || Hook::new(url, EVENTS).delivered("User.Deleted", 200);
    let elsewhere = || Hook::new("https://chat.example.com/hook", EVENTS);
    for (hooks, expected) in [
        (vec![good()], vec![]),
        (vec![], vec!["webhook_missing"]),
        (vec![elsewhere()], vec!["webhook_missing"]),
        (vec![good().disabled()], vec!["webhook_disabled"]),
        (
            vec![Hook::new(url, EVENTS[1..].to_vec())],
            vec!["webhook_lacks_event"],
        ),
        (
            vec![good().delivered("User.Deleted", 503)],
            vec!["webhook_failing"],
        ),
        (
            vec![Hook::new(url, EVENTS[2..].to_vec()).disabled()],
            vec![
                "webhook_disabled",
                "webhook_lacks_event",
                "webhook_lacks_event",
            ],
        ),
        (vec![good().disabled(), elsewhere(), good()], vec![]),
        // `check` chooses an enabled webhook even if a disabled one has fewer findings.
        (
            vec![
                good().disabled(),
                Hook::new(url, EVENTS[2..].to_vec()),
                good().disabled(),
            ],
            vec!["webhook_lacks_event", "webhook_lacks_event"],
        ),
    ] {
        let tenant = hooks.into_iter().fold(tenant(), TestTenantBuilder::hook);
        let (exit, document) = found(tenant, MANIFEST, &format!("{SOURCE}{REVOKING}"));
        let expected: Vec<_> = expected
            .iter()
            .map(|code| format!("warning {code} -:0"))
            .collect();
        assert_eq!((exit, codes(&document)), (0, expected), "{document:#}");
        assert!(
            !document.to_string().contains("Alice"),
            "a finding must not contain personal data of a payload"
        );
    }
    // If the source does not show the path, `check` accepts any webhook with an event that revokes.
    let hidden = REVOKING.replace("\"/webhooks/logto\"", "PATH");
    let hidden = format!("{SOURCE}{hidden}");
    let (_, document) = found(tenant().hook(elsewhere()), MANIFEST, &hidden);
    assert_eq!(codes(&document), [""; 0]);
    let other_event = Hook::new(url, ["User.Created"]);
    let (_, document) = found(tenant().hook(other_event), MANIFEST, &hidden);
    let missing = message(&document, "webhook_missing");
    assert!(
        missing.contains("does not have a webhook with an event that revokes"),
        "{missing}"
    );
}

/// The path of a nested router lacks the prefix of the outer router. Every URL ends with an empty path.
#[test]
fn a_route_at_the_root_of_a_nested_router_does_not_show_the_path_of_the_webhook() {
    for path in ["/", ""] {
        let nested = REVOKING.replace("\"/webhooks/logto\"", &format!("{path:?}"));
        let source = format!("{SOURCE}{nested}");
        let unrelated = Hook::new("https://chat.example.com/hook", ["User.Created"]);
        let (_, document) = found(tenant().hook(unrelated), MANIFEST, &source);
        let missing = message(&document, "webhook_missing");
        assert!(missing.contains("with an event that revokes"), "{missing}");
        let hook = Hook::new("https://api.example.com/webhooks/logto", EVENTS);
        let (_, document) = found(tenant().hook(hook), MANIFEST, &source);
        assert_eq!(codes(&document), [""; 0], "{path:?}");
    }
}
