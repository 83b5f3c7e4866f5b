//! The test tenant. Its endpoints are compared with recordings of Logto servers.

mod endpoints;
mod management;
mod people;
mod token_endpoint;

use std::{
    io::{ErrorKind, Read, Write},
    net::TcpStream,
    time::Duration,
};

use logto_runtime::{
    Algorithm,
    test_util::{Client, Membership, SigningKey, TestTenant},
};
use reqwest::Response;

use crate::support::{ORG, PRODUCTS};

#[tokio::test]
async fn any_key_set_can_be_served() {
    let tenant = tenant();
    let key = SigningKey::generate(Algorithm::EdDSA);
    let document = format!(r#"{{"keys":[{}]}}"#, key.jwk_json());
    tenant.serve_keys(document.as_str());
    assert_eq!(
        get(&tenant.jwks_uri()).await.text().await.unwrap(),
        document
    );
    let logto = tenant.logto().build().unwrap();
    let token = tenant.token().user("alice").signed_by(&key).mint();
    assert_eq!(logto.verify(&token).await.unwrap().subject(), "alice");
}

#[tokio::test]
async fn tampered_and_foreign_tokens_do_not_verify() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let foreign = SigningKey::generate(Algorithm::ES384);
    let impostor = foreign.clone().with_kid(tenant.signing_kid());
    for token in [
        tenant.token().tampered().mint(),
        tenant.token().signed_by(&foreign).mint(),
        tenant.token().signed_by(&impostor).mint(),
        tenant.token().id_token().mint(),
        tenant.token().opaque().mint(),
    ] {
        let refused = logto.verify(&token).await.unwrap_err();
        assert_eq!(
            (refused.status().as_u16(), refused.message()),
            (401, "Invalid token")
        );
    }
}

#[tokio::test]
async fn the_logto_of_a_tenant_uses_the_clock_of_the_tenant() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let token = tenant.token().mint();
    assert!(logto.verify(&token).await.is_ok());
    tenant.advance(Duration::from_secs(2 * 3_600));
    let refused = logto.verify(&token).await.unwrap_err();
    let challenge = refused.challenge().unwrap();
    assert!(
        challenge
            .to_str()
            .unwrap()
            .contains("The access token expired"),
        "{challenge:?}"
    );
}

#[tokio::test]
async fn an_offline_tenant_needs_no_socket() {
    let tenant = TestTenant::builder()
        .offline()
        .algorithm(Algorithm::ES256)
        .resource(PRODUCTS, ["read:products"])
        .start();
    let logto = tenant.logto().build().unwrap();
    assert!(logto.verify(&tenant.token().mint()).await.is_ok());
    assert_eq!(tenant.key_set_requests(), 0);
}

#[test]
fn a_dropped_tenant_closes_its_connections() {
    let tenant = tenant();
    let address = tenant.endpoint().trim_start_matches("http://").to_owned();
    let mut connection = TcpStream::connect(address).unwrap();
    connection
        .write_all(b"GET /oidc/jwks HTTP/1.1\r\nhost: tenant\r\n\r\n")
        .unwrap();
    assert_ne!(connection.read(&mut [0; 1]).unwrap(), 0);
    drop(tenant);
    connection
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    match connection.read_to_end(&mut Vec::new()) {
        Ok(_) => {}
        Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset),
    }
}

#[test]
fn a_port_in_use_is_an_error() {
    let tenant = TestTenant::start();
    let port = tenant
        .endpoint()
        .rsplit(':')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    let error = TestTenant::builder().port(port).try_start().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AddrInUse);
}

#[test]
#[should_panic(
    expected = "`app` holds the unregistered scope `read:prodcts` of https://api.example.com/products"
)]
fn a_scope_that_no_resource_has_fails_the_test() {
    let client = Client::new("app", "secret").scopes(PRODUCTS, ["read:prodcts"]);
    let _ = TestTenant::builder()
        .resource(PRODUCTS, ["read:products"])
        .client(client)
        .start();
}

#[test]
#[should_panic(expected = "`app` is a member of the unregistered organization `acme`")]
fn an_organization_that_is_not_registered_fails_the_test() {
    let client = Client::new("app", "secret").member_of("acme", Membership::new());
    let _ = TestTenant::builder().client(client).start();
}

#[test]
#[should_panic(expected = "`app` holds the unregistered organization permission `fly`")]
fn a_permission_that_no_organization_has_fails_the_test() {
    let client =
        Client::new("app", "secret").member_of("acme", Membership::new().permissions(["fly"]));
    let _ = TestTenant::builder()
        .organization("acme")
        .client(client)
        .start();
}

#[test]
#[should_panic(expected = "no key is staged; call `stage` first")]
fn promoting_without_staging_fails_the_test() {
    TestTenant::start().promote();
}

#[test]
fn debug_output_shows_no_secrets() {
    let tenant = tenant();
    let builder = TestTenant::builder().client(Client::new("app", "hush-hush"));
    let token = tenant.token().client("app");
    for debug in [
        format!("{tenant:?}"),
        format!("{builder:?}"),
        format!("{token:?}"),
    ] {
        assert!(
            !debug.contains("secret") && !debug.contains("hush"),
            "{debug}"
        );
    }
    assert!(format!("{builder:?}").contains("app"));
}

fn tenant() -> TestTenant {
    TestTenant::builder()
        .resource(
            PRODUCTS,
            ["read:products", "write:products", "write:orders"],
        )
        .resource(ORG, ["read:data", "write:settings"])
        .organization("acme")
        .organization("globex")
        .organization("initech")
        .organization_permissions(["invite:member", "manage:billing"])
        .client(
            Client::new("m2m_full", "full-secret")
                .scopes(
                    PRODUCTS,
                    ["read:products", "write:products", "write:orders"],
                )
                .scopes(ORG, ["read:data"]),
        )
        .client(Client::new("m2m_ro", "ro-secret").scopes(PRODUCTS, ["read:products"]))
        .client(Client::new("m2m_none", "none-secret"))
        .client(
            Client::new("m2m_org", "org: secret+%")
                .member_of(
                    "acme",
                    Membership::new()
                        .permissions(["manage:billing", "invite:member"])
                        .scopes(ORG, ["read:data", "write:settings"]),
                )
                .member_of("globex", Membership::new().scopes(ORG, ["read:data"])),
        )
        .start()
}

fn http() -> reqwest::Client {
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap()
}

async fn get(url: &str) -> Response {
    http().get(url).send().await.unwrap()
}

fn header_value(response: &Response, name: &str) -> String {
    let value = response.headers().get(name);
    value.map_or_else(String::new, |value| value.to_str().unwrap().to_owned())
}
