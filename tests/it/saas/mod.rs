//! Calls the `saas` example over a socket, with tokens of its tenant.

mod api;
mod document;
mod metadata;
mod operators;

use saas::{ALICE, CASES, Credentials, PRODUCTS};
use serde_json::{Value, json};

use self::api::Api;

fn refusal(status: u16, error: &str) -> (u16, Value) {
    (status, json!({ "error": error }))
}

#[tokio::test]
async fn every_printed_command_gets_the_status_that_it_announces() {
    let api = Api::start().await;
    for case in CASES {
        let token = match case.credentials {
            Credentials::None => None,
            Credentials::Token(token) => Some(token.to_owned()),
            Credentials::Of(client, form) => Some(api.token(client, form).await),
        };
        let (method, body) = case.body.unzip();
        let method = method.unwrap_or("GET");
        let (status, answer) = api.call(method, case.path, token.as_deref(), body).await;
        assert_eq!(status, case.status, "{case:?} {answer}");
        assert_eq!(
            answer.get("error").is_some(),
            status != 200,
            "{case:?} {answer}"
        );
    }
}

#[tokio::test]
async fn the_caller_is_shown_with_exactly_five_fields() {
    let api = Api::start().await;
    let read = [("resource", PRODUCTS), ("scope", "read:products")];
    let token = api.token("catalog-reader", &read).await;
    let caller = json!({
        "auth": {
            "sub": "catalog-reader",
            "clientId": "catalog-reader",
            "organizationId": null,
            "scopes": ["read:products"],
            "audience": [PRODUCTS],
        }
    });
    assert_eq!(
        api.get("/api/protected", &token).await,
        (200, caller.clone())
    );
    assert_eq!(api.get("/api/me", &token).await, (200, caller));
    let nobody = api.call("GET", "/api/me", None, None).await;
    assert_eq!(nobody, (200, json!({ "auth": null })));

    let token = api.permission_token("acme-admin", "acme").await;
    let (_, me) = api.get("/api/me", &token).await;
    assert_eq!(me["auth"]["organizationId"], json!("acme"));
    let refused = api.get("/api/protected", &token).await;
    assert_eq!(refused, refusal(401, "Invalid audience"));
}

#[tokio::test]
async fn products_are_kept_and_unknown_fields_ignored() {
    let api = Api::start().await;
    let write = [
        ("resource", PRODUCTS),
        ("scope", "read:products write:products"),
    ];
    let token = api.token("catalog-admin", &write).await;
    let body = r#"{"name": "a lamp", "colour": "red"}"#;
    let added = api
        .call("POST", "/api/products", Some(&token), Some(body))
        .await;
    let lamp = json!({ "id": 1, "name": "a lamp" });
    assert_eq!(added, (200, lamp.clone()));
    let listed = api.get("/api/products", &token).await;
    assert_eq!(listed, (200, json!({ "products": [lamp] })));
}

#[tokio::test]
async fn only_a_caller_who_may_send_a_body_learns_that_the_body_is_bad() {
    let api = Api::start().await;
    let write = [
        ("resource", PRODUCTS),
        ("scope", "read:products write:products"),
    ];
    let reader = api.token("catalog-reader", &write).await;
    let admin = api.token("catalog-admin", &write).await;
    let acme = api.organization_api_token("acme-admin", "acme").await;
    let member = api.organization_api_token("acme-member", "acme").await;
    let settings = "/api/organizations/acme/settings";
    for (method, path, token, status) in [
        ("POST", "/api/products", None, 401),
        ("POST", "/api/products", Some(&reader), 403),
        ("POST", "/api/products", Some(&admin), 400),
        ("PUT", settings, Some(&member), 403),
        ("PUT", settings, Some(&acme), 400),
    ] {
        let answer = api
            .call(method, path, token.map(String::as_str), Some("{"))
            .await;
        assert_eq!(answer.0, status, "{method} {path} {answer:?}");
    }
    let array = api.call("PUT", settings, Some(&acme), Some("[]")).await;
    assert_eq!(array.0, 422, "{array:?}");
}

#[tokio::test]
async fn organizations_neither_read_nor_change_each_others_data() {
    let api = Api::start().await;
    let acme = api.organization_api_token("acme-admin", "acme").await;
    let globex = api.organization_api_token("globex-admin", "globex").await;
    let invite_in_globex = api.permission_token("globex-admin", "globex").await;
    let email = r#"{"email": "bob@example.com"}"#;
    let theme = r#"{"theme": "dark"}"#;

    for (method, path, token, body) in [
        ("GET", "/api/organizations/acme/data", &globex, None),
        ("GET", "/api/organizations/acme%2F/data", &acme, None),
        ("GET", "/api/organizations/ACME/data", &acme, None),
        (
            "PUT",
            "/api/organizations/acme/settings",
            &globex,
            Some(theme),
        ),
        (
            "POST",
            "/api/organizations/acme/invitations",
            &invite_in_globex,
            Some(email),
        ),
    ] {
        let answer = api.call(method, path, Some(token), body).await;
        assert_eq!(
            answer,
            refusal(403, "Organization mismatch"),
            "{method} {path}"
        );
    }

    let settings = api.call(
        "PUT",
        "/api/organizations/acme/settings",
        Some(&acme),
        Some(theme),
    );
    let configured = json!({ "organizationId": "acme", "settings": { "theme": "dark" } });
    assert_eq!(settings.await, (200, configured));
    let invitations = "/api/organizations/globex/invitations";
    let invited = api
        .call("POST", invitations, Some(&invite_in_globex), Some(email))
        .await;
    let bob = json!({ "organizationId": "globex", "email": "bob@example.com" });
    assert_eq!(invited, (200, bob));

    let of = |id: &str, invitations: Value, settings: Value| {
        let data = json!({
            "organizationId": id,
            "invitations": invitations,
            "settings": settings,
        });
        (200, data)
    };
    let data = api.get("/api/organizations/acme/data", &acme).await;
    assert_eq!(data, of("acme", json!([]), json!({ "theme": "dark" })));
    let data = api.get("/api/organizations/%61cme/data", &acme).await;
    assert_eq!(data, of("acme", json!([]), json!({ "theme": "dark" })));
    let data = api.get("/api/organizations/globex/data", &globex).await;
    assert_eq!(data, of("globex", json!(["bob@example.com"]), json!({})));
}

#[tokio::test]
async fn a_token_of_one_permission_model_is_refused_by_the_others() {
    let api = Api::start().await;
    let permitted = api.permission_token("acme-admin", "acme").await;
    let scoped = api.organization_api_token("acme-admin", "acme").await;
    let data = api.get("/api/organizations/acme/data", &permitted).await;
    assert_eq!(data, refusal(401, "Invalid audience"));
    let invitations = "/api/organizations/acme/invitations";
    let invited = api
        .call(
            "POST",
            invitations,
            Some(&scoped),
            Some(r#"{"email": "a@b"}"#),
        )
        .await;
    assert_eq!(invited, refusal(401, "Organization context is missing"));
    for path in ["/api/products", "/api/protected"] {
        let answer = api.get(path, &scoped).await;
        assert_eq!(answer, refusal(401, "Invalid audience"), "{path}");
    }
}

/// The demonstration at the end of the example's README.
#[tokio::test]
async fn the_cached_token_of_a_suspended_user_is_refused() {
    let api = Api::start().await;
    let token = api.tenant.token().user(ALICE).resource(PRODUCTS).mint();
    for _ in 0..2 {
        assert_eq!(api.get("/api/products", &token).await.0, 200);
    }
    let all = [
        ("resource", "https://default.logto.app/api"),
        ("scope", "all"),
    ];
    let management = api.token("management", &all).await;
    let url = format!("{}/api/users/{ALICE}/is-suspended", api.tenant.endpoint());
    let suspend = async |token: &str| {
        let request = api.http.patch(&url).bearer_auth(token);
        let answer = request.json(&json!({ "isSuspended": true })).send().await;
        answer.unwrap().status().as_u16()
    };
    let reader = api.token("catalog-reader", &[("resource", PRODUCTS)]).await;
    assert_eq!(suspend(&reader).await, 401);
    assert_eq!(api.get("/api/products", &token).await.0, 200);
    assert_eq!(suspend(&management).await, 200);
    let refused = api.get("/api/products", &token).await;
    assert_eq!(refused, refusal(401, "Invalid token"));
}
