//! Tests the token endpoint of the test tenant. The endpoint follows the rules that were seen at Logto
//! servers. Some requests of these tests are recorded in `tests/recorded`.

use http::StatusCode;
use logto_runtime::test_util::TestTenant;
use reqwest::Response;
use serde_json::{Value, json};

use super::{header_value, http, tenant};
use crate::support::{ORG, PRODUCTS};

const MANAGEMENT_API: &str = "https://default.logto.app/api";
const ACME: &str = "urn:logto:organization:acme";
const GLOBEX: &str = "urn:logto:organization:globex";

#[tokio::test]
async fn grants_follow_the_rules_of_logto() {
    let tenant = tenant();
    let logto = tenant.logto().resource(MANAGEMENT_API).build().unwrap();
    // Each row has the client, then the resource, organization and scopes of the request, then the audience,
    // organization and scopes of the token.
    #[rustfmt::skip]
    let cases = [
        ("m2m_full", PRODUCTS, "", "write:orders read:products", PRODUCTS, None, Some("write:orders read:products")),
        ("m2m_full", PRODUCTS, "", "", PRODUCTS, None, None),
        ("m2m_full", PRODUCTS, "", "read:products read:products", PRODUCTS, None, Some("read:products")),
        ("m2m_full", PRODUCTS, "", "openid read:products nothing:known", PRODUCTS, None, Some("read:products")),
        ("m2m_full", ORG, "", "read:data write:settings", ORG, None, Some("read:data")),
        ("m2m_ro", PRODUCTS, "", "read:products write:products", PRODUCTS, None, Some("read:products")),
        ("m2m_none", PRODUCTS, "", "read:products", PRODUCTS, None, None),
        ("m2m_none", MANAGEMENT_API, "", "all", MANAGEMENT_API, None, None),
        ("m2m_org", "", "acme", "invite:member manage:billing", ACME, Some("acme"), Some("manage:billing invite:member")),
        ("m2m_org", "", "acme", "invite:member read:data", ACME, Some("acme"), Some("invite:member")),
        ("m2m_org", "", "acme", "", ACME, Some("acme"), Some("")),
        ("m2m_org", "", "globex", "invite:member", GLOBEX, Some("globex"), Some("")),
        ("m2m_org", ORG, "acme", "read:data invite:member", ORG, Some("acme"), Some("read:data")),
        ("m2m_org", PRODUCTS, "acme", "read:products", PRODUCTS, Some("acme"), None),
        ("m2m_org", ORG, "", "read:data", ORG, None, None),
    ];
    for (client, resource, organization, scope, audience, of, granted) in cases {
        let case = format!("{client} {resource} {organization} {scope:?}");
        let form = [
            ("resource", resource),
            ("organization_id", organization),
            ("scope", scope),
        ];
        let response = request(&tenant, client, &form).await;
        assert_eq!(response.status(), StatusCode::OK, "{case}");
        assert_eq!(header_value(&response, "cache-control"), "no-store");
        assert_eq!(
            header_value(&response, "content-type"),
            "application/json; charset=utf-8"
        );
        let mut body: Value = response.json().await.unwrap();
        let token = body["access_token"].take();
        let mut expected =
            json!({"access_token": null, "expires_in": 3600, "token_type": "Bearer"});
        if let Some(granted) = granted {
            expected["scope"] = json!(granted);
        }
        assert_eq!(body, expected, "{case}");

        let auth = logto.verify(token.as_str().unwrap()).await.unwrap();
        let scopes: Vec<_> = granted.unwrap_or_default().split_terminator(' ').collect();
        let expected = json!({
            "sub": client,
            "clientId": client,
            "organizationId": of,
            "scopes": scopes,
            "audience": [audience],
        });
        assert_eq!(serde_json::to_value(&auth).unwrap(), expected, "{case}");
    }
    assert_eq!(tenant.token_requests(), cases.len());
}

#[tokio::test]
async fn verify_refuses_the_token_that_any_machine_gets_for_the_resource_of_organizations() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let form = [
        ("resource", "urn:logto:resource:organizations"),
        ("scope", "invite:member manage:billing"),
    ];
    let response = request(&tenant, "m2m_none", &form).await;
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["scope"], json!("invite:member manage:billing"));
    let token = body["access_token"].as_str().unwrap();
    let refused = logto.verify(token).await.unwrap_err();
    assert_eq!(refused.message(), "Invalid audience");
}

#[tokio::test]
async fn refusals_are_those_of_logto() {
    let tenant = tenant();
    let unknown = "resource indicator is missing, or unknown";
    let two = "only a single resource indicator value is supported for this grant type";
    let neither = "both `resource` and `organization_id` are not provided";
    let stranger = "app has not associated with the organization";
    let twice = "'scope' parameter must not be provided twice";
    let both = "client authentication must only be provided using one mechanism";
    let nobody = "invalid client nosuchclient";
    #[rustfmt::skip]
    let cases = [
        ("m2m_full", vec![("resource", "https://api.example.com/none")], 400, "invalid_target", unknown),
        ("m2m_full", vec![("resource", "https://api.example.com/products/")], 400, "invalid_target", unknown),
        ("m2m_full", vec![("resource", "https://API.example.com/products")], 400, "invalid_target", unknown),
        ("m2m_org", vec![("resource", ACME)], 400, "invalid_target", unknown),
        ("m2m_full", vec![("resource", PRODUCTS), ("resource", ORG)], 400, "invalid_target", two),
        ("m2m_full", vec![], 400, "invalid_target", neither),
        ("m2m_org", vec![("organization_id", "initech")], 403, "access_denied", stranger),
        ("m2m_org", vec![("organization_id", "does-not-exist")], 403, "access_denied", stranger),
        ("m2m_org", vec![("organization_id", "initech"), ("resource", ORG)], 403, "access_denied", stranger),
        ("nosuchclient", vec![("resource", PRODUCTS)], 400, "invalid_client", nobody),
        ("m2m_full", vec![("resource", PRODUCTS), ("scope", "a"), ("scope", "b")], 400, "invalid_request", twice),
        ("m2m_full", vec![("client_secret", "full-secret")], 400, "invalid_request", both),
    ];
    for (client, form, status, error, description) in cases {
        let response = request(&tenant, client, &form).await;
        assert_eq!(response.status(), status, "{client} {form:?}");
        assert_eq!(header_value(&response, "cache-control"), "no-store");
        assert_eq!(
            header_value(&response, "content-type"),
            "application/json; charset=utf-8"
        );
        assert_eq!(header_value(&response, "www-authenticate"), "");
        let body: Value = response.json().await.unwrap();
        assert_eq!(body, refusal(error, description), "{client} {form:?}");
    }
}

/// Returns the body of an error answer.
fn refusal(error: &str, description: &str) -> Value {
    let message = match error {
        "invalid_target" => "Invalid resource indicator.",
        "access_denied" => "Access denied.",
        "invalid_client" => "An OIDC error occurred: oidc.invalid_client.",
        "unsupported_grant_type" => "Unsupported `grant_type` requested.",
        "invalid_request" => "Request is invalid.",
        _ => panic!("no message is known for {error}"),
    };
    json!({
        "code": format!("oidc.{error}"),
        "message": message,
        "error": error,
        "error_description": description,
    })
}

#[tokio::test]
async fn a_wrong_secret_is_challenged_only_in_basic_authentication() {
    let tenant = tenant();
    let token = format!("{}/oidc/token", tenant.endpoint());
    let expected = refusal("invalid_client", "client authentication failed");
    let form = [("grant_type", "client_credentials"), ("resource", PRODUCTS)];
    let basic = http()
        .post(&token)
        .basic_auth("m2m_full", Some("no"))
        .form(&form);
    let response = basic.send().await.unwrap();
    assert_eq!(response.status(), 401);
    assert_eq!(
        header_value(&response, "www-authenticate"),
        format!(
            "Basic realm=\"{}\", error=\"invalid_client\", error_description=\"client authentication failed\"",
            tenant.issuer()
        )
    );
    assert_eq!(response.json::<Value>().await.unwrap(), expected);

    let form = [
        &form[..],
        &[("client_id", "m2m_full"), ("client_secret", "no")],
    ]
    .concat();
    let response = http().post(&token).form(&form).send().await.unwrap();
    assert_eq!(
        (
            response.status(),
            header_value(&response, "www-authenticate")
        ),
        (StatusCode::UNAUTHORIZED, String::new())
    );
    assert_eq!(response.json::<Value>().await.unwrap(), expected);
}

#[tokio::test]
async fn a_client_may_send_its_secret_in_the_form() {
    let tenant = tenant();
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", "m2m_org"),
        ("client_secret", "org: secret+%"),
        ("organization_id", "acme"),
    ];
    let token = format!("{}/oidc/token", tenant.endpoint());
    let response = http().post(token).form(&form).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
}

#[tokio::test]
async fn an_invalid_request_for_a_token_is_refused_with_its_reason() {
    let tenant = tenant();
    let token = format!("{}/oidc/token", tenant.endpoint());
    let form = |form: &[(&str, &str)]| http().post(&token).form(form);
    let known = |form: &[(&str, &str)]| {
        let request = http().post(&token).form(form);
        request.basic_auth("m2m_ro", Some("ro-secret"))
    };
    let malformed = "invalid authorization header value format";
    let media_type =
        "only application/x-www-form-urlencoded content-type bodies are supported on POST /token";
    for (request, error, description) in [
        (
            known(&[]),
            "invalid_request",
            "missing required parameter 'grant_type'",
        ),
        (
            known(&[("grant_type", "password")]),
            "unsupported_grant_type",
            "unsupported grant_type requested",
        ),
        (
            form(&[]),
            "invalid_request",
            "no client authentication mechanism provided",
        ),
        (
            form(&[]).header("authorization", "Bearer x"),
            "invalid_request",
            malformed,
        ),
        (
            form(&[]).header("authorization", "Basic *"),
            "invalid_request",
            malformed,
        ),
        (
            http().post(&token).json(&json!({})),
            "invalid_request",
            media_type,
        ),
    ] {
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 400, "{description}");
        assert_eq!(
            response.json::<Value>().await.unwrap(),
            refusal(error, description)
        );
    }
}

fn secret(client: &str) -> &'static str {
    match client {
        "m2m_full" => "full-secret",
        "m2m_ro" => "ro-secret",
        "m2m_none" => "none-secret",
        // Colon, space, plus and percent are form-encoded within Basic (RFC 6749 §2.3.1).
        "m2m_org" => "org%3A+secret%2B%25",
        _ => "wrong",
    }
}

/// Sends a token request with Basic authentication, as the clients in the recordings did.
async fn request(tenant: &TestTenant, client: &str, form: &[(&str, &str)]) -> Response {
    let form = [&[("grant_type", "client_credentials")], form].concat();
    http()
        .post(format!("{}/oidc/token", tenant.endpoint()))
        .basic_auth(client, Some(secret(client)))
        .form(&form)
        .send()
        .await
        .unwrap()
}
