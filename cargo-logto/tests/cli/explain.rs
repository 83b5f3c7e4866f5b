//! `explain`: which guards accept an access token, and why others do not.

use std::time::Duration;

use logto_runtime::test_util::{TestTenant, TokenBuilder};

use crate::support::{MANIFEST, PRODUCTS, Project, Run, tenant};

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

/// Runs `explain` by standard input and by argument, which print the same.
fn explain_text(tenant: &TestTenant, token: &str) -> Run {
    let project = Project::with(MANIFEST, SOURCE).of(tenant);
    // No secret is needed.
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
            "the token is never printed: {text}"
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
fn a_guard_of_the_user_in_the_path_and_one_of_a_client_are_explained() {
    const OF_CALLERS: &str = r#"
#[require_auth(subject = path("user_id"))]
struct Own;

#[require_any(Own, Machine)]
async fn account() {}

#[require_auth(subject = machine, state = framework::Ctx<(A, B)>, logto = a::logto_of)]
struct Machine;

#[require_scopes("read:products", client = "qk3vfhyo0vxsnmu2jqgbd")]
async fn by_id() {}

#[require_scopes("read:products", client = "my-spa")]
async fn by_name() {}

#[guarded_by("API key")]
async fn by_hand() {}
"#;
    let tenant = tenant().start();
    let token = tenant.token().user("alice").scopes(["read:products"]);
    let project = Project::with(MANIFEST, OF_CALLERS).of(&tenant);
    let run = project.run(&["explain", &token.mint()]);
    assert_eq!(run.exit, 0, "{run:?}");
    assert_eq!(
        verdicts(&run),
        [
            "accepted Own",
            "accepted account",
            "refused Machine subject_not_accepted",
            "refused by_id client_not_accepted",
            "unknown by_name",
            "unknown by_hand",
        ],
        "{}",
        run.stdout
    );
    for text in [
        "#[require_auth], where the path parameter \"user_id\" is alice",
        "#[require_any], at least where the path parameter \"user_id\" is alice",
        "the id of the client `my-spa` is known to the program only",
    ] {
        assert!(run.stdout.contains(text), "{}", run.stdout);
    }
}

#[test]
fn each_guard_says_whether_it_accepts_the_token_and_why_not() {
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
            .contains("the policy `Policy` is not an attribute on a struct")
    );
}

#[test]
fn an_organization_token_is_decided_for_its_organization() {
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
        run.stdout.contains("struct") || verdicts(&run).contains(&"accepted Invite".to_owned()),
        "{run:?}"
    );
    assert!(run.stdout.contains(", for organization acme"), "{run:?}");
}

#[test]
fn a_token_that_is_not_valid_is_refused_with_its_code_and_its_claims() {
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
fn no_token_and_no_tenant_have_their_exit_codes() {
    let tenant = tenant().start();
    let project = Project::with(MANIFEST, SOURCE).of(&tenant);
    let run = project.run_with(" \n", &mut project.command(&["explain"]));
    assert_eq!(run.exit, 2, "{run:?}");
    assert!(
        run.stderr.contains("standard input has no token"),
        "{run:?}"
    );

    let mut command = project.command(&["explain", "abc"]);
    let run = project.run_with("", command.env_remove("LOGTO_ENDPOINT"));
    assert_eq!(run.exit, 2, "{run:?}");

    let token = tenant.token().user("alice").mint();
    drop(tenant);
    let run = project.run_with(&token, &mut project.command(&["explain"]));
    assert_eq!(run.exit, 3, "{run:?}");
    assert!(run.stderr.contains("keys_unavailable"), "{run:?}");
}

/// Returns the verdicts of the guards in this source, for a token with `read:products`.
fn verdicts_of(source: &str) -> (i32, Vec<String>) {
    let tenant = tenant().start();
    let token = tenant.token().user("alice").scopes(["read:products"]);
    let project = Project::with(MANIFEST, source).of(&tenant);
    let run = project.run_with(&token.mint(), &mut project.command(&["explain"]));
    (run.exit, verdicts(&run))
}

#[test]
fn an_argument_that_it_does_not_decide_never_counts_as_accepted() {
    for (guard, verdict) in [
        (
            "require_scopes(\"read:products\", client = \"app\")",
            "unknown",
        ),
        (
            "require_scopes(\"read:products\", later = admin)",
            "unknown",
        ),
        ("require_auth(subject = header(\"id\"))", "unknown"),
        ("require_auth(later)", "unknown"),
        ("require_any(Owned, Owned)", "unknown"),
        ("guarded_by(\"the webhook's signature\")", "unknown"),
        ("require_auth(subject = machine, later)", "refused"),
        ("require_auth(subject = user)", "accepted"),
    ] {
        let source = format!("#[{guard}] fn f() {{}}\n#[require_auth(later)]\nstruct Owned;\n");
        let (_, found) = verdicts_of(&source);
        assert_eq!(
            found[0].split(' ').next(),
            Some(verdict),
            "{guard}: {found:?}"
        );
        assert_eq!(found[1], "unknown Owned");
    }
}

#[test]
fn policies_with_one_name_are_not_told_apart() {
    let source = "#[require_any(Admin, Admin)]\nfn f() {}\nmod a {\n#[require_scopes(\"write:products\")]\n\
                  struct Admin;\n}\nmod b {\n#[require_auth]\nstruct Admin;\n}\n";
    let (_, found) = verdicts_of(source);
    assert_eq!(found[0], "unknown f");
}

#[test]
fn a_source_without_guards_is_said_so() {
    let tenant = tenant().start();
    let project = Project::with(MANIFEST, "fn main() {}").of(&tenant);
    let token = tenant.token().user("alice").mint();
    let run = project.run_with(&token, &mut project.command(&["explain"]));
    assert_eq!(run.exit, 1, "{run:?}");
    assert!(
        run.stderr
            .starts_with("the source does not have guards; add one"),
        "{run:?}"
    );
}

#[test]
fn policies_that_name_each_other_end() {
    let names = |name: &str| vec![name; 20].join(", ");
    let itself = format!("#[require_any({})]\nstruct A;\n", names("A"));
    let each: Vec<String> = (0..12)
        .map(|n| {
            format!(
                "#[require_any({})]\nstruct A{n};\n",
                names(&format!("A{}", n + 1))
            )
        })
        .collect();
    let chain = format!("{}#[require_auth]\nstruct A12;\n", each.concat());
    for (source, exit) in [(itself, 1), (chain, 0)] {
        let (found, verdicts) = verdicts_of(&source);
        assert_eq!(found, exit);
        assert!(verdicts[0].starts_with("unknown A"), "{verdicts:?}");
    }
}
