//! `logto.verify`, `auth.check` and `auth.check_in`, without a request.

use logto_runtime::{
    AuthInfo, Policy, require_auth, require_org_permission, require_org_scopes, require_scopes,
};

use super::{alice, tenant};
use crate::support::{Answer, INSUFFICIENT_SCOPE, INVALID_TOKEN, ORG, PRODUCTS};

#[require_auth]
struct Any;

#[require_scopes("read:products")]
struct Read;

#[require_scopes("read:products", org = any)]
struct ReadAnywhere;

#[require_org_permission("invite:member")]
struct Invite;

#[require_org_permission("invite:member", org = path("id"))]
struct InviteInPath;

#[require_org_permission("invite:member", org = header("x-org"))]
struct InviteInHeader;

#[require_org_permission("invite:member", org = token)]
struct InviteByToken;

#[require_org_scopes("read:data", resource = "https://api.example.com/org")]
struct Data;

#[tokio::test]
async fn verify_answers_as_the_extractor_would() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    for token in [
        alice(&tenant).mint(),
        alice(&tenant).resource(ORG).mint(),
        tenant.token().user("alice").organization("acme").mint(),
    ] {
        assert_eq!(logto.verify(&token).await.unwrap().subject(), "alice");
    }
    let good = alice(&tenant).mint();
    let audience = Answer::refused(401, "Invalid audience", INVALID_TOKEN);
    for (token, expected) in [
        (String::new(), Answer::invalid_token()),
        (" ".to_owned(), Answer::invalid_token()),
        (format!("Bearer {good}"), Answer::invalid_token()),
        (format!(" {good}"), Answer::invalid_token()),
        (format!("{good}\n"), Answer::invalid_token()),
        ("\u{1f600}.x.y".to_owned(), Answer::invalid_token()),
        (alice(&tenant).tampered().mint(), Answer::invalid_token()),
        (alice(&tenant).claim("exp", 1).mint(), Answer::expired()),
        (
            alice(&tenant).audience("https://elsewhere.example").mint(),
            audience,
        ),
    ] {
        let refused = logto.verify(&token).await.unwrap_err();
        assert_eq!(refused.status().as_u16(), expected.status);
        assert_eq!(Answer::of_rejection(refused).await, expected, "{token:?}");
    }
}

async fn checked<P: Policy>(auth: &AuthInfo, organization: Option<&str>) -> Answer {
    let checked = match organization {
        None => auth.check::<P>().await,
        Some(organization) => auth.check_in::<P>(organization).await.map(|id| {
            assert_eq!(id, organization);
        }),
    };
    match checked {
        Ok(()) => Answer::ok(""),
        Err(rejection) => Answer::of_rejection(rejection).await,
    }
}

#[tokio::test]
async fn check_decides_as_a_guard_would() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let verify = async |token: String| logto.verify(&token).await.unwrap();
    let reader = verify(alice(&tenant).mint()).await;
    let ok = || Answer::ok("");
    let missing = || Answer::refused(401, "Organization context is missing", INVALID_TOKEN);
    let audience = || Answer::refused(401, "Invalid audience", INVALID_TOKEN);
    assert_eq!(checked::<Any>(&reader, None).await, ok());
    assert_eq!(checked::<Read>(&reader, None).await, ok());
    let misplaced = checked::<Read>(&reader, Some("acme")).await;
    assert_eq!(misplaced, Answer::misconfigured());
    assert_eq!(checked::<ReadAnywhere>(&reader, None).await, ok());
    let anywhere = checked::<ReadAnywhere>(&reader, Some("acme")).await;
    assert_eq!(anywhere, missing());
    assert_eq!(checked::<Invite>(&reader, None).await, missing());
    assert_eq!(checked::<Data>(&reader, None).await, audience());

    let poor = verify(alice(&tenant).scopes(["x"]).mint()).await;
    let lacks = r#"Bearer error="insufficient_scope", scope="read:products""#;
    let refused = Answer::refused(403, "Insufficient scope", lacks);
    assert_eq!(checked::<Read>(&poor, None).await, refused);

    let token = alice(&tenant).resource(PRODUCTS).organization("acme");
    let of_acme = verify(token.mint()).await;
    let not_accepted = Answer::refused(403, "Organization token not accepted", INSUFFICIENT_SCOPE);
    assert_eq!(checked::<Read>(&of_acme, None).await, not_accepted);
    assert_eq!(checked::<Any>(&of_acme, None).await, ok());
    assert_eq!(checked::<Any>(&of_acme, Some("acme")).await, ok());
    let globex = checked::<Any>(&of_acme, Some("globex")).await;
    assert_eq!(globex, Answer::mismatch());
    assert_eq!(checked::<Any>(&reader, Some("acme")).await, missing());
}

#[tokio::test]
async fn check_in_compares_the_organization_that_it_is_given() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let member = tenant
        .token()
        .organization("acme")
        .scopes(["invite:member"]);
    let member = logto.verify(&member.mint()).await.unwrap();
    let data = tenant
        .token()
        .resource(ORG)
        .organization("acme")
        .scopes(["read:data"]);
    let data = logto.verify(&data.mint()).await.unwrap();
    for (organization, same) in [
        (Some("acme"), true),
        (Some("globex"), false),
        (Some(""), false),
        (Some("ACME"), false),
        (Some("acm%65"), false),
        (Some("acme "), false),
    ] {
        let expected = || match same {
            true => Answer::ok(""),
            false => Answer::mismatch(),
        };
        assert_eq!(checked::<Invite>(&member, organization).await, expected());
        assert_eq!(
            checked::<InviteInPath>(&member, organization).await,
            expected()
        );
        assert_eq!(
            checked::<InviteInHeader>(&member, organization).await,
            expected()
        );
        assert_eq!(
            checked::<InviteByToken>(&member, organization).await,
            expected()
        );
        assert_eq!(checked::<Data>(&data, organization).await, expected());
    }
    // `check` has no organization to compare. So it refuses a caller if the policy has `org = path(…)` or
    // `org = header(…)`.
    assert_eq!(checked::<Invite>(&member, None).await, Answer::ok(""));
    assert_eq!(
        checked::<InviteByToken>(&member, None).await,
        Answer::ok("")
    );
    assert_eq!(checked::<Data>(&data, None).await, Answer::ok(""));
    assert_eq!(
        checked::<InviteInPath>(&member, None).await,
        Answer::mismatch()
    );
    assert_eq!(
        checked::<InviteInHeader>(&member, None).await,
        Answer::mismatch()
    );
}
