//! Tests `explain`, which prints for each guard whether it accepts an access token, and why not.

mod arguments;

use std::time::Duration;

use logto_runtime::test_util::{TestTenant, TokenBuilder};

use crate::support::{Gone, MANIFEST, PRODUCTS, Project, Run, tenant};

const SOURCE: &str = r#"
#[require_scopes("read:products")]
async fn list() {}

#[require_scopes(scopes::WRITE_PRODUCTS, "read:products")]
async fn write() {}

#[require_org_permission("invite:member", org = path("id"))]
struct Invite;

#[require_auth(subject = machine)]
struct Machine;

#[require_any(Machine, ReadProducts)]
async fn either() {}

#[require_scopes("read:products")]
struct ReadProducts;

#[require_any(elsewhere::Policy, Machine)]
async fn hidden() {}
"#;

fn explain(tenant: &TestTenant, token: TokenBuilder<'_>) -> Run {
    explain_text(tenant, &token.mint())
}

/// Runs `explain` with the token on standard input, and again with the token as an argument. Both runs must
/// end with the same exit code. Neither run may print the signature of the token.
fn explain_text(tenant: &TestTenant, token: &str) -> Run {
    let project = Project::with(MANIFEST, SOURCE).of(tenant);
    // `explain` does not need the secret.
    let mut command = project.command(&["explain"]);
    command
        .env_remove("LOGTO_M2M_APP_ID")
        .env_remove("LOGTO_M2M_APP_SECRET");
    let run = project.run_with(token, &mut command);
    let by_argument = project.run(&["explain", token]);
    assert_eq!(by_argument.exit, run.exit, "{by_argument:?}");
    let signature = token.rsplit('.').next().unwrap();
    for text in [
        &run.stdout,
        &run.stderr,
        &by_argument.stdout,
        &by_argument.stderr,
    ] {
        assert!(
            !text.contains(signature),
            "the signature was printed: {text}"
        );
    }
    run
}

/// Returns the verdict and the item of each guard, and the code of a refusal.
fn verdicts(run: &Run) -> Vec<String> {
    let mut verdicts: Vec<String> = Vec::new();
    for line in run.stdout.lines() {
        let mut words = line.split_whitespace();
        match (words.next(), words.next(), words.next()) {
            (Some(verdict @ ("accepted" | "refused" | "unknown")), Some(place), Some(item)) => {
                assert!(place.starts_with("src/main.rs:"), "{line}");
                verdicts.push(format!("{verdict} {item}"));
            }
            (Some("401" | "403"), Some(code), _) => {
                let last = verdicts.last_mut().unwrap();
                *last += &format!(" {}", code.trim_end_matches(':'));
            }
            _ => {}
        }
    }
    verdicts
}

#[test]
fn explain_prints_for_each_guard_whether_it_accepts_the_token_and_why_not() {
    let tenant = tenant().start();
    let token = || tenant.token().user("alice").scopes(["read:products"]);
    let run = explain(&tenant, token());
    assert_eq!(run.exit, 0, "{run:?}");
    assert_eq!(
        verdicts(&run),
        [
            "accepted list",
            "refused write insufficient_scope",
            "refused Invite token_without_organization",
            "refused Machine subject_not_accepted",
            "accepted either",
            "accepted ReadProducts",
            "unknown hidden",
        ],
        "{}",
        run.stdout
    );
    assert!(
        run.stdout.starts_with("valid token of user alice, "),
        "{run:?}"
    );
    assert!(
        run.stdout
            .contains(&format!("audience {PRODUCTS}, scopes read:products")),
        "{run:?}"
    );
    assert!(
        run.stdout
            .contains("it asks: require_scopes(\"write:products\", \"read:products\")")
    );
    assert!(
        run.stdout
            .contains("this source does not have a struct `Policy` with an attribute")
    );
}

#[test]
fn an_organization_token_is_accepted_for_its_organization() {
    let tenant = tenant().start();
    let token = tenant
        .token()
        .client("m")
        .organization("acme")
        .scopes(["invite:member"]);
    let project = Project::with(MANIFEST, SOURCE).of(&tenant);
    let run = project.run_with(
        &token.audience("urn:logto:organization:acme").mint(),
        &mut project.command(&["explain", "-"]),
    );
    assert_eq!(run.exit, 0, "{run:?}");
    assert!(
        verdicts(&run).contains(&"accepted Invite".to_owned()),
        "{run:?}"
    );
    assert!(run.stdout.contains(", for organization acme"), "{run:?}");
}

#[test]
fn an_invalid_token_is_refused_with_a_code_and_its_claims_are_shown() {
    let tenant = tenant().start();
    let token = || tenant.token().user("alice").scopes(["read:products"]);
    let hour = Duration::from_secs(3_600);
    let past = tenant.now() - 2 * hour;
    for (token, code, claim) in [
        (
            token().issued_at(past).expires_in(hour).mint(),
            "expired",
            "exp = ",
        ),
        (
            token().issuer("https://other.example.com/oidc").mint(),
            "issuer_custom_domain",
            "iss = \"https://other.example.com/oidc\"",
        ),
        (
            token().tampered().mint(),
            "bad_signature",
            "sub = \"alice\"",
        ),
        (token().id_token().mint(), "id_token", "aud = "),
        (
            "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG".to_owned(),
            "opaque_token",
            "",
        ),
    ] {
        let run = explain_text(&tenant, &token);
        assert_eq!(run.exit, 1, "{run:?}");
        assert!(
            run.stdout
                .starts_with(&format!("no guard accepts this token: 401 {code}: ")),
            "{code}: {run:?}"
        );
        assert!(run.stdout.contains(claim), "{code}: {run:?}");
    }
}

#[test]
fn custom_claims_are_not_printed() {
    let tenant = tenant().start();
    let token = || {
        let token = tenant.token().user("alice");
        token.claim("email", "alice@example.com")
    };
    for token in [token().mint(), token().tampered().mint()] {
        let run = explain_text(&tenant, &token);
        assert!(!run.stdout.contains("alice@example.com"), "{run:?}");
    }
}

#[test]
fn explain_ends_with_2_without_a_token_or_endpoint_and_with_3_if_the_tenant_is_unreachable() {
    let tenant = tenant().start();
    let project = Project::with(MANIFEST, SOURCE).of(&tenant);
    for arguments in [["explain"].as_slice(), &["explain", ""]] {
        let run = project.run_with(" \n", &mut project.command(arguments));
        assert_eq!(run.exit, 2, "{run:?}");
        assert!(run.stderr.contains("no token was given"), "{run:?}");
    }

    let mut command = project.command(&["explain", "abc"]);
    let run = project.run_with("", command.env_remove("LOGTO_ENDPOINT"));
    assert_eq!(run.exit, 2, "{run:?}");

    let gone = Gone::new();
    let token = tenant.token().user("alice").issuer(gone.issuer());
    let project = project.endpoint(&gone.endpoint());
    let run = project.run_with(&token.mint(), &mut project.command(&["explain"]));
    assert_eq!(run.exit, 3, "{run:?}");
    assert!(run.stderr.contains("keys_unavailable"), "{run:?}");
}

/// Returns a token of this length that has claims.
fn token_of(length: usize) -> String {
    // `{}` and `{"sub":"alice"}` in base64url.
    let token = "e30.eyJzdWIiOiJhbGljZSJ9.".to_owned();
    let rest = length - token.len();
    token + &"A".repeat(rest)
}

#[test]
fn a_token_that_is_too_long_is_a_configuration_error_that_names_the_limit() {
    const LIMIT: usize = 64 * 1024;
    let tenant = tenant().start();
    let space = " \n".repeat(256);
    for (before, length, after) in [
        ("", LIMIT, ""),
        ("", LIMIT, "\n"),
        ("Bearer ", LIMIT, "\r\n"),
        (&*space, LIMIT, &*space),
    ] {
        let run = explain_text(&tenant, &format!("{before}{}{after}", token_of(length)));
        assert_eq!(run.exit, 1, "{}", run.stderr);
        assert!(run.stdout.contains("sub = \"alice\""), "{}", run.stdout);
    }
    let unicode = "\u{20ac}".repeat(LIMIT);
    let project = Project::with(MANIFEST, SOURCE).of(&tenant);
    for token in [token_of(LIMIT + 1), token_of(10 * LIMIT), unicode] {
        let run = project.run_with(&token, &mut project.command(&["explain"]));
        assert_eq!((run.exit, &*run.stdout), (2, ""), "{}", run.stderr);
        let says = "error: the token is longer than 64 KiB; ";
        assert!(run.stderr.starts_with(says), "{}", run.stderr);
    }
    let by_argument = project.run(&["explain", &token_of(LIMIT + 1)]);
    assert_eq!(by_argument.exit, 2, "{}", by_argument.stderr);
}
