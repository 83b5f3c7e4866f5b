//! The description of guards in an OpenAPI document, compared with their behaviour.
//!
//! - `handlers`: handlers with every kind of guard
//! - `enforced`: calls every operation with the scopes that the document names, and with fewer scopes
//! - `valid`: validates documents with the schema of OpenAPI
//! - `stacks`: stacked guards
//! - `below`: guards below `#[utoipa::path(…)]`
//! - `refused`: documents whose security cannot be determined

mod below;
pub(crate) mod enforced;
mod handlers;
mod refused;
mod stacks;
pub(crate) mod valid;

use axum::Router;
use logto_runtime::{Logto, LogtoBuilder, test_util::TestTenant};
use serde_json::{Value, json};
use utoipa::OpenApi;

use self::{enforced::assert_enforced, handlers::Api, valid::assert_valid};
use crate::support::{ORG, PRODUCTS};

fn tenant() -> TestTenant {
    TestTenant::builder()
        .offline()
        .resource(PRODUCTS, [""; 0])
        .resource(ORG, [""; 0])
        .start()
}

fn builder(tenant: &TestTenant) -> LogtoBuilder {
    tenant.logto().named_resource("org", ORG)
}

fn described<D: OpenApi>(builder: LogtoBuilder) -> Value {
    let mut document = D::openapi();
    builder
        .build()
        .unwrap()
        .describe_openapi(&mut document)
        .unwrap();
    serde_json::to_value(document).unwrap()
}

/// Returns the error of `describe_openapi`. Checks that the document stays unchanged.
fn refusal<D: OpenApi>(logto: &Logto) -> String {
    let mut document = D::openapi();
    let before = document.clone();
    let error = logto.describe_openapi(&mut document).unwrap_err();
    assert!(document == before, "a refused document stays unchanged");
    error.to_string()
}

fn document() -> Value {
    described::<Api>(builder(&tenant()))
}

#[test]
fn each_attribute_becomes_the_security_requirements_that_it_enforces() {
    let document = document();
    for (path, security) in [
        ("/public", json!([])),
        ("/optional", json!([{}, { "logto": [] }])),
        ("/auth", json!([{ "logto": [] }])),
        ("/auth-org", json!([{ "logto.org": [] }])),
        // Names of schemes are component keys, which do not allow every character.
        (
            "/elsewhere",
            json!([{ "logto.https___other.example_v1": ["read:it"] }]),
        ),
        ("/scopes", json!([{ "logto": ["read:a", "write:a"] }])),
        (
            "/either",
            json!([
                { "logto": ["read:a", "read:b"] },
                { "logto": ["read:a", "read:c", "read:d"] },
            ]),
        ),
        (
            "/permission/{organization_id}",
            json!([{ "logto-organization": ["invite:member"] }]),
        ),
        (
            "/org-scopes/{organization_id}",
            json!([{ "logto-organization-api.org": ["read:data"] }]),
        ),
        (
            "/stacked",
            json!([
                { "logto": ["read:a", "read:b"] },
                { "logto": ["read:a", "read:c"] },
            ]),
        ),
        (
            "/any",
            json!([
                { "logto": ["admin"] },
                { "logto-organization": ["manage:billing"] },
            ]),
        ),
        ("/machines", json!([{ "logto": ["sync:products"] }])),
        ("/nested/account", json!([{ "logto": ["read:account"] }])),
    ] {
        let operation = &document["paths"][path]["get"];
        assert_eq!(operation["security"], security, "{path}");
    }
}

/// A security requirement cannot express `subject = user`, so the description of 403 says it.
#[test]
fn an_alternative_for_another_kind_of_caller_is_not_left_out() {
    let document = described::<handlers::Subjects>(builder(&tenant()));
    for (path, security) in [
        (
            "/users-or-syncing",
            json!([{ "logto": [] }, { "logto": ["sync:products"] }]),
        ),
        ("/users-or-robots", json!([{ "logto": [] }])),
    ] {
        let operation = &document["paths"][path]["get"];
        assert_eq!(operation["security"], security, "{path}");
        let forbidden = operation["responses"]["403"]["description"].as_str();
        assert!(
            forbidden.is_some_and(|text| text.contains("subject = user")),
            "{path}"
        );
    }
}

#[tokio::test]
async fn the_guards_enforce_their_descriptions() {
    let tenant = tenant();
    let logto = builder(&tenant).build().unwrap();
    let app: Router = handlers::router().with_state(logto);
    let operations = assert_enforced(&app, &document(), &tenant).await;
    assert_eq!(operations, 13);
}

#[test]
fn the_document_is_valid() {
    assert_valid(&document());
}

#[test]
fn answers_to_refused_callers_are_described() {
    let document = document();
    let responses = &document["paths"]["/scopes"]["get"]["responses"];
    let body = json!({
        "application/json": { "schema": { "$ref": "#/components/schemas/LogtoRefusal" } }
    });
    for (status, header) in [
        ("401", "WWW-Authenticate"),
        ("403", "WWW-Authenticate"),
        ("503", "Retry-After"),
    ] {
        assert_eq!(responses[status]["content"], body, "{status}");
        let headers = responses[status]["headers"].as_object().unwrap();
        assert_eq!(Vec::from_iter(headers.keys()), [header], "{status}");
    }
    let forbidden = responses["403"]["description"].as_str().unwrap();
    assert!(
        forbidden.contains(r#"`require_scopes("write:a", "read:a")`"#),
        "{forbidden}"
    );
    assert_eq!(
        document["components"]["schemas"]["LogtoRefusal"]["required"],
        json!(["error"])
    );
}

#[test]
fn descriptions_by_the_program_are_kept() {
    let document = document();
    let operation = &document["paths"]["/own"]["get"];
    assert_eq!(
        operation["responses"]["401"]["description"],
        "sign in first"
    );
    assert_eq!(operation["x-owner"], "team-a");
    assert_eq!(operation["security"], json!([{ "logto": ["read:a"] }]));
    assert!(operation["responses"]["403"].is_object());
    let extensions = operation.as_object().unwrap().keys();
    let ours = extensions.filter(|key| key.contains("logto"));
    assert_eq!(ours.count(), 0, "{operation}");
}

#[test]
fn a_status_that_cannot_occur_is_not_described() {
    let document = document();
    let statuses = |path: &str| {
        let responses = &document["paths"][path]["get"]["responses"];
        let statuses = responses.as_object().unwrap().keys();
        statuses.cloned().collect::<Vec<_>>()
    };
    assert_eq!(statuses("/auth"), ["200", "401", "503"]);
    assert_eq!(statuses("/public"), ["200"]);
    assert_eq!(statuses("/machines"), ["200", "401", "403", "503"]);
}

#[test]
fn custom_bodies_are_not_described() {
    let builder = builder(&tenant()).on_rejection(|_| "mine");
    let document = described::<Api>(builder);
    let refusal = &document["paths"]["/scopes"]["get"]["responses"]["403"];
    assert_eq!(refusal["content"], Value::Null);
    assert_eq!(
        document["components"]["schemas"]["LogtoRefusal"],
        Value::Null
    );
    assert_valid(&document);
}

#[test]
fn schemes_have_the_endpoints_of_the_tenant_and_the_scopes_of_the_guards() {
    let document = document();
    let schemes = &document["components"]["securitySchemes"];
    let endpoint = tenant().issuer();
    let flows = &schemes["logto-organization"]["flows"];
    let code = &flows["authorizationCode"];
    assert_eq!(code["authorizationUrl"], format!("{endpoint}/auth"));
    assert_eq!(code["tokenUrl"], format!("{endpoint}/token"));
    assert_eq!(code["refreshUrl"], format!("{endpoint}/token"));
    let machine = &flows["clientCredentials"];
    assert_eq!(machine["tokenUrl"], format!("{endpoint}/token"));
    for flow in [code, machine] {
        let scopes = flow["scopes"].as_object().unwrap();
        assert_eq!(
            Vec::from_iter(scopes.keys()),
            ["invite:member", "manage:billing"]
        );
    }
    for (scheme, how) in [
        ("logto", format!("`resource={PRODUCTS}` (RFC 8707)")),
        ("logto-organization", "`organization_id=<id>`".to_owned()),
        (
            "logto-organization-api.org",
            format!("`resource={ORG}` (RFC 8707) and `organization_id=<id>`"),
        ),
    ] {
        let description = schemes[scheme]["description"].as_str().unwrap();
        assert!(description.contains(&how), "{scheme}: {description}");
    }
    assert_eq!(
        schemes["logto.org"]["flows"]["clientCredentials"]["scopes"],
        json!({})
    );
}

/// A service can fetch keys from an internal address, which the document must not show.
#[test]
fn flows_use_the_issuer_and_not_the_endpoint() {
    let tenant = tenant();
    let document = described::<Api>(builder(&tenant).issuer("https://auth.example.com/oidc"));
    let flows = &document["components"]["securitySchemes"]["logto"]["flows"];
    let code = &flows["authorizationCode"];
    assert_eq!(
        code["authorizationUrl"],
        "https://auth.example.com/oidc/auth"
    );
    assert_eq!(code["tokenUrl"], "https://auth.example.com/oidc/token");
    assert!(!document.to_string().contains(tenant.endpoint()));
}

#[test]
fn an_undescribed_document_does_not_look_public() {
    let document = serde_json::to_value(Api::openapi()).unwrap();
    for path in ["/auth", "/scopes", "/stacked", "/any", "/public"] {
        let security = &document["paths"][path]["get"]["security"];
        assert_eq!(*security, json!([{ "logto-undescribed": [] }]), "{path}");
    }
}
