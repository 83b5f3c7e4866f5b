//! How the OpenAPI document and the resource metadata show token sources, several tenants and `deny_if`.

#![allow(dead_code, reason = "the handlers are only described")]

use axum::{Router, body::Body, http::Request};
use http_body_util::BodyExt as _;
use logto_runtime::{
    AuthInfo, Denial, Logto, LogtoBuilder, Origins, Policy, TokenSource,
    policy::{Requirement, ScopeExpr},
    require_any, require_auth, require_scopes,
    test_util::TestTenant,
};
use serde_json::{Value, json};
use tower::ServiceExt as _;
use utoipa::OpenApi;

use crate::support::PRODUCTS;

#[require_scopes("read:products")]
#[utoipa::path(get, path = "/products", responses((status = 200)))]
async fn products() {}

#[require_auth]
#[utoipa::path(get, path = "/me", responses((status = 200)))]
async fn me() {}

#[derive(OpenApi)]
#[openapi(paths(products, me))]
struct Api;

fn tenant() -> TestTenant {
    TestTenant::builder()
        .resource(PRODUCTS, ["read:products"])
        .start()
}

fn described(logto: &Logto) -> Value {
    let mut document = Api::openapi();
    logto.describe_openapi(&mut document).unwrap();
    serde_json::to_value(document).unwrap()
}

fn cookie() -> TokenSource {
    TokenSource::Cookie {
        name: "__Host-token".to_owned(),
        origins: Origins::SameOrigin,
    }
}

fn statuses(document: &Value, path: &str) -> Vec<String> {
    let responses = document["paths"][path]["get"]["responses"].as_object();
    responses.unwrap().keys().cloned().collect()
}

#[test]
fn each_token_source_is_a_security_scheme() {
    let tenant = tenant();
    let header = json!({ "logto": ["read:products"] });
    let in_cookie = json!({ "logto-cookie.__Host-token": ["read:products"] });
    let protocol = json!({ "logto-websocket-protocol": ["read:products"] });
    for (sources, security) in [
        (vec![], json!([header])),
        (vec![TokenSource::Authorization], json!([header])),
        (vec![cookie()], json!([in_cookie])),
        (vec![TokenSource::WebSocketProtocol], json!([protocol])),
        (
            vec![
                TokenSource::Authorization,
                cookie(),
                TokenSource::WebSocketProtocol,
            ],
            json!([header, in_cookie, protocol]),
        ),
    ] {
        let add = LogtoBuilder::token_source;
        let builder = sources.iter().cloned().fold(tenant.logto(), add);
        let document = described(&builder.build().unwrap());
        let operation = &document["paths"]["/products"]["get"];
        assert_eq!(operation["security"], security, "{sources:?}");
        let schemes = document["components"]["securitySchemes"]
            .as_object()
            .unwrap();
        let named: Vec<String> = security
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|one| one.as_object().unwrap().keys().cloned())
            .collect();
        assert_eq!(schemes.len(), named.len(), "{sources:?}");
        for name in named {
            let scheme = &schemes[&name];
            let (kind, place, parameter) = match &*name {
                "logto" => ("oauth2", Value::Null, Value::Null),
                "logto-websocket-protocol" => {
                    ("apiKey", json!("header"), json!("Sec-WebSocket-Protocol"))
                }
                _ => ("apiKey", json!("cookie"), json!("__Host-token")),
            };
            let got = (&scheme["type"], &scheme["in"], &scheme["name"]);
            assert_eq!(got, (&json!(kind), &place, &parameter), "{name}");
        }
        // Status 400 is for more than one token. It is listed if a source other than `Authorization` is read.
        let has_others = sources.iter().any(|it| *it != TokenSource::Authorization);
        let listed = statuses(&document, "/products").contains(&"400".to_owned());
        assert_eq!(listed, has_others, "{sources:?}");
    }
}

#[test]
fn a_403_is_listed_where_one_is_possible() {
    let tenant = tenant();
    let forbid = |_: &AuthInfo| Some(Denial::Forbidden);
    for (builder, expected) in [
        (tenant.logto(), None),
        (
            tenant.logto().deny_if(forbid),
            Some("This service does not accept the caller."),
        ),
        (
            tenant
                .logto()
                .deny_if_async(async |_: AuthInfo| Ok::<_, String>(false)),
            Some("This service does not accept the caller."),
        ),
        (
            tenant.logto().token_source(cookie()),
            Some("The request comes from another site."),
        ),
    ] {
        let document = described(&builder.build().unwrap());
        let answer = |path: &str| {
            let responses = &document["paths"][path]["get"]["responses"];
            responses["403"]["description"].as_str().map(str::to_owned)
        };
        assert_eq!(answer("/me").as_deref(), expected);
        let unmet = "The access token does not meet `require_scopes(\"read:products\")`.";
        let products = match expected {
            None => unmet.to_owned(),
            Some(expected) => format!("{unmet} {expected}"),
        };
        assert_eq!(answer("/products"), Some(products));
    }
}

#[test]
fn the_document_names_the_token_endpoint_of_every_tenant() {
    let (old, new) = (tenant(), tenant());
    let build = |tenant: &TestTenant| tenant.logto().build().unwrap();
    let logto = Logto::any_of([build(&old), build(&new)]).unwrap();
    let document = described(&logto);
    let security = &document["paths"]["/products"]["get"]["security"];
    let security = security.as_array().unwrap();
    let [first, second] = &**security else {
        panic!("{security:?}");
    };
    let schemes = &document["components"]["securitySchemes"];
    for (requirement, tenant) in [(first, &old), (second, &new)] {
        let (name, scopes) = requirement.as_object().unwrap().iter().next().unwrap();
        assert_eq!(*scopes, json!(["read:products"]));
        let url = &schemes[name]["flows"]["clientCredentials"]["tokenUrl"];
        assert_eq!(*url, format!("{}/token", tenant.issuer()), "{name}");
    }
}

/// Each tenant renders its own rejections, so the schema of this crate holds only if none of them has
/// `on_rejection`.
#[test]
fn bodies_are_described_only_if_no_tenant_renders_its_own() {
    let (old, new) = (tenant(), tenant());
    let plain = || old.logto().build().unwrap();
    let own = || new.logto().on_rejection(|_| "mine").build().unwrap();
    for (tenants, described_bodies) in [
        (vec![plain()], true),
        (vec![own()], false),
        (vec![plain(), own()], false),
        (vec![own(), plain()], false),
    ] {
        let document = described(&Logto::any_of(tenants).unwrap());
        let responses = &document["paths"]["/products"]["get"]["responses"];
        for status in ["401", "403", "503"] {
            let content = &responses[status]["content"];
            assert_eq!(!content.is_null(), described_bodies, "{status}");
        }
        let schema = &document["components"]["schemas"]["LogtoRefusal"];
        assert_eq!(!schema.is_null(), described_bodies);
    }
}

/// The names of schemes contain only some of the characters that a host, a path or a cookie can have.
#[test]
fn tenants_on_one_host_and_similar_cookies_have_schemes_of_their_own() {
    let endpoints = ["a", "b", "c"].map(|tenant| format!("https://auth.example.com/{tenant}"));
    let all = endpoints.iter().map(|endpoint| {
        let builder = Logto::builder(endpoint.as_str()).resource(PRODUCTS);
        builder.build().unwrap()
    });
    let cookies = ["token!", "token#", "token%"].map(|name| TokenSource::Cookie {
        name: name.to_owned(),
        origins: Origins::SameOrigin,
    });
    let with_cookies = cookies
        .into_iter()
        .fold(tenant().logto(), LogtoBuilder::token_source);
    for logto in [Logto::any_of(all).unwrap(), with_cookies.build().unwrap()] {
        let document = described(&logto);
        let security = document["paths"]["/products"]["get"]["security"].as_array();
        let schemes = document["components"]["securitySchemes"].as_object();
        let (security, schemes) = (security.unwrap(), schemes.unwrap());
        assert_eq!((security.len(), schemes.len()), (3, 3), "{schemes:?}");
        for requirement in security {
            let name = requirement.as_object().unwrap().keys().next().unwrap();
            assert!(schemes.contains_key(name), "{name}");
        }
    }
}

async fn metadata(logto: &Logto, resource: &str) -> Value {
    let router: Router = logto.protected_resource_metadata();
    let path = resource.strip_prefix("https://api.example.com").unwrap();
    let request = Request::get(format!("/.well-known/oauth-protected-resource{path}"));
    let request = request
        .header("host", "api.example.com")
        .body(Body::empty());
    let response = router.oneshot(request.unwrap()).await.unwrap();
    assert_eq!(response.status(), 200, "{resource}");
    let body = response.into_body().collect().await.unwrap().to_bytes();
    serde_json::from_slice(&body).unwrap()
}

#[tokio::test]
async fn the_metadata_of_a_resource_lists_the_tenants_that_have_it() {
    let (old, new) = (tenant(), tenant());
    let further = "https://api.example.com/further";
    let logto = Logto::any_of([
        old.logto().build().unwrap(),
        new.logto().resource(further).build().unwrap(),
    ]);
    let logto = logto.unwrap();
    for (resource, issuers) in [
        (PRODUCTS, json!([old.issuer(), new.issuer()])),
        (further, json!([new.issuer()])),
    ] {
        let document = metadata(&logto, resource).await;
        assert_eq!(document["authorization_servers"], issuers, "{resource}");
        assert_eq!(document["resource"], resource);
    }
}

/// A policy without an attribute.
struct Audit;

impl Policy for Audit {
    const REQUIREMENT: Requirement = Requirement::scopes(ScopeExpr::One("audit:products"));
}

#[require_scopes("read:products")]
struct Read;

#[require_any(Read, Audit)]
struct ReadOrAudit;

#[require_any(ReadOrAudit, Read)]
async fn nested() {}

#[tokio::test]
async fn the_metadata_lists_the_scopes_of_policies_without_an_attribute() {
    let document = metadata(&tenant().logto().build().unwrap(), PRODUCTS).await;
    let scopes = document["scopes_supported"].as_array().unwrap();
    for scope in ["read:products", "audit:products"] {
        assert!(scopes.contains(&json!(scope)), "{scopes:?}");
    }
}

/// An empty `bearer_methods_supported` tells MCP clients that the service does not read `Authorization`.
#[tokio::test]
async fn the_metadata_says_whether_authorization_is_read() {
    let tenant = tenant();
    for (sources, methods) in [
        (vec![], json!(["header"])),
        (
            vec![TokenSource::Authorization, cookie()],
            json!(["header"]),
        ),
        (vec![cookie()], json!([])),
        (vec![TokenSource::WebSocketProtocol], json!([])),
    ] {
        let builder = sources
            .into_iter()
            .fold(tenant.logto(), LogtoBuilder::token_source);
        let logto = builder.build().unwrap();
        let document = metadata(&logto, PRODUCTS).await;
        assert_eq!(document["bearer_methods_supported"], methods);
    }
}
