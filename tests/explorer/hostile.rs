//! The explorer shows names and claims from strangers as text, never as HTML.

use axum::{
    Router,
    response::{IntoResponse, Response},
};
use logto_runtime::{
    Logto, Rejection,
    policy::{Policy, Requirement, ScopeExpr},
    require_org_permission,
    routes::Routes,
    test_util::{Client, Membership, TestTenant, User},
};

use crate::support::{form, get, rows, send};

const EVIL: &str = r#""'><script>alert(1)</script><img src=x onerror=alert(2)>&quot;{{7*7}}"#;

struct Hostile;

impl Policy for Hostile {
    const REQUIREMENT: Requirement =
        Requirement::scopes(ScopeExpr::One("<script>alert(1)</script>\"onmouseover='x'"))
            .with_resource("https://api.example.com/<b>");
}

async fn guarded(_: logto_runtime::Guard<Hostile>) {}

#[require_org_permission("invite", org = header("x-organization-id"))]
async fn invite() {}

fn assert_harmless(page: &str) {
    let mut rest = page;
    while let Some((_, after)) = rest.split_once('<') {
        let name: String = after
            .trim_start_matches('/')
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect();
        // These are the tags of the page itself. Any other tag came from a stranger.
        let known = [
            "a", "b", "body", "br", "button", "caption", "code", "dd", "details", "div", "dl",
            "dt", "form", "h1", "h2", "h3", "head", "header", "html", "i", "input", "label",
            "link", "main", "mark", "meta", "p", "pre", "script", "section", "small", "span",
            "strong", "summary", "table", "tbody", "td", "th", "thead", "title", "tr",
        ];
        assert!(
            known.contains(&&*name) || after.starts_with("!doctype html>"),
            "<{after:.60}"
        );
        let tag = after.split('>').next().unwrap();
        // Outside of quotes, a tag has only its name and the names of attributes.
        let names: String = tag.split('"').step_by(2).collect();
        assert!(
            !names.contains("alert") && !names.contains(" on"),
            "<{tag}>"
        );
        rest = after;
    }
    assert_eq!(page.matches("<script").count(), 1);
    assert!(!page.contains("<script>") && !page.contains("<img"));
    assert!(!page.contains('\u{202e}'));
}

fn tenant() -> TestTenant {
    let evil_organization = format!("acme{EVIL}");
    TestTenant::builder()
        .resource("https://api.example.com", ["read"])
        .organization_permissions(["invite"])
        .organization(&evil_organization)
        .user(User::new(EVIL))
        .client(Client::new(format!("robot{EVIL}"), "s").member_of(
            &evil_organization,
            Membership::new().permissions(["invite"]),
        ))
        .offline()
        .start()
}

fn app(tenant: &TestTenant) -> Router {
    let render = |_: &Rejection| -> Response { EVIL.into_response() };
    let logto = tenant.logto().on_rejection(render).build().unwrap();
    let routes: Routes<Logto> = Routes::new()
        .get("/<script>alert(1)</script>/\"/'", guarded)
        .post("/organizations/{organization_id}/x", invite);
    logto
        .explorer(&routes)
        .tenant(tenant)
        .example_body(
            "POST",
            "/organizations/{organization_id}/x",
            format!("{{\"a\": \"{EVIL}\"}}"),
        )
        .into_router()
}

#[tokio::test]
async fn names_of_the_program_and_of_the_tenant_are_shown_as_text() {
    let tenant = tenant();
    let page = get(&app(&tenant), "/").await;
    assert_eq!(page.status, 200);
    assert_harmless(&page.body);
    let rows = rows(&page.body);
    assert!(
        rows[0].head.contains("<script>alert(1)</script>"),
        "{rows:?}"
    );
}

#[tokio::test]
async fn claims_of_a_pasted_token_are_shown_as_text() {
    let tenant = tenant();
    let app = app(&tenant);
    let token = || tenant.token().user(EVIL);
    for token in [
        token().scopes([EVIL]).mint(),
        token().claim(EVIL, EVIL).mint(),
        token().claim("aud", EVIL).mint(),
        token()
            .claim("aud", serde_json::json!({ EVIL: [EVIL] }))
            .mint(),
        token().claim("organization_id", EVIL).mint(),
        token().organization(EVIL).mint(),
        token().claim("scope", serde_json::json!([EVIL])).mint(),
        token()
            .claim("name", "admin\u{202e}nimda\u{0}\u{200b}")
            .mint(),
        token().raw_claims(EVIL).mint(),
    ] {
        let answer = send(&app, form(&token)).await;
        assert_eq!(answer.status, 200);
        assert_harmless(&answer.body);
    }
    let answer = send(&app, form("%3Cscript%3Ealert(1)%3C/script%3E")).await;
    assert_harmless(&answer.body);
}

#[tokio::test]
async fn a_quote_in_a_name_does_not_end_the_quotes_of_a_command() {
    let tenant = tenant();
    let page = get(&app(&tenant), "/").await;
    for row in rows(&page.body) {
        for cell in row.cells {
            // Panics if a character outside of quotes has a meaning for a shell.
            let request = cell.request();
            assert!(
                request.url.starts_with("http://127.0.0.1:3000/"),
                "{request:?}"
            );
        }
    }
}
