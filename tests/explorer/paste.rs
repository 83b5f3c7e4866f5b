//! Pastes tokens into the explorer. Tests which requests with a token are accepted, and what the answer
//! shows.

use axum::body::Body;
use logto_runtime::{AuthInfo, Logto, public, require_org_permission, routes::Routes};

use crate::support::{API, app, form, local, rows, send, tenant};

#[tokio::test]
async fn a_pasted_token_gets_the_first_column_and_the_answer_does_not_contain_the_token() {
    let tenant = tenant();
    let app = app(&tenant);
    let token = tenant
        .token()
        .user("alice")
        .scopes(["read:products"])
        .mint();
    for text in [
        token.clone(),
        format!("Bearer%20{token}"),
        format!("%20{token}%0A"),
    ] {
        let answer = send(&app, form(&text)).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let rows = rows(&answer.body);
        let cell = &rows[0].cells[0];
        assert_eq!((cell.status, &*cell.title), (200, "pasted token: granted"));
        assert!(
            cell.command
                .ends_with("-H \"Authorization: Bearer $TOKEN\"")
        );
        assert!(cell.text.contains("\"sub\": \"alice\""), "{}", cell.text);
        let signature = token.rsplit('.').next().unwrap();
        assert!(!answer.body.contains(signature));
        assert!(
            answer
                .headers
                .iter()
                .all(|(_, value)| !value.contains(signature))
        );
    }
}

/// Guards accept these spellings of the scheme. So people can have any of them in front of their token.
#[tokio::test]
async fn every_spelling_of_the_scheme_before_a_pasted_token_is_removed() {
    let tenant = tenant();
    let app = app(&tenant);
    let token = tenant.token().user("alice").scopes(["read:products"]);
    let token = token.mint();
    for scheme in ["bearer", "BEARER", "beaReR%20%20", "%0ABearer%20"] {
        let answer = send(&app, form(&format!("{scheme}%20{token}"))).await;
        let rows = rows(&answer.body);
        assert_eq!(rows[0].cells[0].title, "pasted token: granted", "{scheme}");
    }
}

#[tokio::test]
async fn a_pasted_token_is_forgotten() {
    let tenant = tenant();
    let app = app(&tenant);
    let token = tenant.token().user("alice").mint();
    assert!(send(&app, form(&token)).await.body.contains("pasted token"));
    assert!(
        !send(&app, local("GET", "/"))
            .await
            .body
            .contains("pasted token")
    );
    let matrix = send(&app, local("GET", "/matrix.json")).await.body;
    assert!(!matrix.contains("pasted"), "{matrix}");
}

#[tokio::test]
async fn any_pasted_text_gets_the_answer_of_a_guard() {
    let tenant = tenant();
    let app = app(&tenant);
    for (text, code) in [
        ("undefined", "placeholder_token"),
        ("a.b", "malformed_token"),
        ("%00", "not_a_bearer_token"),
        ("caf%C3%A9", "malformed_token"),
    ] {
        let answer = send(&app, form(text)).await;
        let rows = rows(&answer.body);
        assert_eq!(
            rows[0].cells[0].title,
            format!("pasted token: {code}"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn only_the_page_itself_may_send_a_token() {
    let app = app(&tenant());
    let own = "http://127.0.0.1:3000";
    for (site, origin, status) in [
        (&["same-origin"][..], &["null"][..], 200),
        (&["same-origin"], &[own], 200),
        (&["same-origin"], &[], 200),
        (&[], &[own], 200),
        // With neither header, the request does not say where the form comes from.
        (&[], &[], 403),
        (&[], &["null"], 403),
        (&[], &["http://evil.example"], 403),
        (&[], &["http://127.0.0.1:3001"], 403),
        (&[], &["http://localhost:3000"], 403),
        (&[], &["127.0.0.1:3000"], 403),
        (&[], &[own, own], 403),
        (&["cross-site"], &[own], 403),
        (&["same-site"], &[own], 403),
        (&["none"], &[own], 403),
        (&["cross-site"], &["null"], 403),
        (&["same-origin"], &["http://evil.example"], 403),
        (&["same-origin", "cross-site"], &[own], 403),
    ] {
        let mut request = form("eyJ");
        let headers = request.headers_mut();
        headers.remove("sec-fetch-site");
        headers.remove("origin");
        for value in site {
            headers.append("sec-fetch-site", value.parse().unwrap());
        }
        for value in origin {
            headers.append("origin", value.parse().unwrap());
        }
        let answer = send(&app, request).await;
        assert_eq!(answer.status, status, "{site:?} {origin:?}");
        if status == 403 {
            assert!(
                answer.body.contains("another site sent this form"),
                "{answer:?}"
            );
        }
    }
}

#[tokio::test]
async fn only_a_form_with_a_token_is_read() {
    let app = app(&tenant());
    let long = format!("token={}", "a".repeat(65 * 1024));
    let form_type = "application/x-www-form-urlencoded";
    for (media_type, body, status) in [
        (Some(form_type), "token=eyJ", 200),
        (
            Some("Application/X-WWW-Form-Urlencoded; charset=utf-8"),
            "token=eyJ",
            200,
        ),
        (Some(form_type), "", 422),
        (Some(form_type), "token=", 422),
        (Some(form_type), "token=+%20", 422),
        (Some(form_type), "other=eyJ", 422),
        (Some(form_type), &*long, 413),
        (Some("application/json"), "{\"token\":\"eyJ\"}", 415),
        (Some("text/plain"), "token=eyJ", 415),
        (None, "token=eyJ", 415),
    ] {
        let mut request = form("");
        *request.body_mut() = Body::from(body.to_owned());
        request.headers_mut().remove("content-type");
        if let Some(media_type) = media_type {
            let value = media_type.parse().unwrap();
            request.headers_mut().insert("content-type", value);
        }
        let answer = send(&app, request).await;
        assert_eq!(
            answer.status, status,
            "{media_type:?} {:.40} {:.80}",
            body, answer.body
        );
    }
}

#[tokio::test]
async fn a_token_in_the_address_is_not_read() {
    let tenant = tenant();
    let app = app(&tenant);
    let token = tenant.token().user("alice").mint();
    let answer = send(&app, local("GET", &format!("/?token={token}"))).await;
    assert!(!answer.body.contains("pasted token"));
}

#[require_org_permission("invite")]
async fn invite() {}

#[public]
async fn me(_: Option<AuthInfo>) {}

/// Without a tenant, the explorer shows only the personas (sample callers) that need no tenant. A pasted
/// token adds a row with its organization.
#[tokio::test]
async fn without_a_tenant_the_explorer_knows_only_the_organization_of_a_pasted_token() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let routes: Routes<Logto> = Routes::new()
        .get("/me", me)
        .post("/organizations/{organization_id}/members", invite);
    let matrix = logto.explorer(&routes).matrix().await;
    assert_eq!(matrix.personas, ["nobody", "garbage", "opaque token"]);

    let app = logto.explorer(&routes).into_router();
    let token = tenant
        .token()
        .client("robot")
        .organization("initech")
        .scopes(["invite"]);
    let answer = send(&app, form(&token.mint())).await;
    let rows = rows(&answer.body);
    let shown: Vec<_> = rows
        .iter()
        .map(|row| (row.head.as_str(), row.cells[0].status))
        .collect();
    let guard = r#"require_org_permission("invite")"#;
    assert_eq!(
        shown,
        [
            ("GET /mepublic", 200),
            (
                &format!("POST /organizations/your-organization/members{guard}"),
                403
            ),
            (&format!("POST /organizations/initech/members{guard}"), 200),
        ]
    );
    let expired = tenant
        .token()
        .user("u")
        .resource(API)
        .issued_at(std::time::UNIX_EPOCH);
    let answer = send(&app, form(&expired.mint())).await;
    assert_eq!(
        crate::support::rows(&answer.body)[0].cells[0].title,
        "pasted token: expired"
    );
}
