//! `warm_up` compares the settings with the tenant and explains common mistakes.

use http::StatusCode;
use logto_runtime::{
    Logto, LogtoBuilder,
    test_util::{Fault, TenantEndpoint, TestTenant},
};
use tokio::net::TcpSocket;
use tracing::Level;

use crate::{
    events::Events,
    support::{Answer, PRODUCTS, with_resources_of_all_guards},
};

pub(super) fn tenant() -> TestTenant {
    TestTenant::builder()
        .resource(PRODUCTS, ["read:products"])
        .start()
}

/// Returns the endpoint under another host name, like a custom domain.
fn custom_domain(tenant: &TestTenant) -> String {
    tenant.endpoint().replace("127.0.0.1", "localhost")
}

pub(super) fn builder_at(tenant: &TestTenant, endpoint: &str) -> LogtoBuilder {
    let builder = Logto::builder(endpoint).resource(PRODUCTS);
    with_resources_of_all_guards(builder).clock(tenant.clock())
}

pub(super) async fn warm_up_error(builder: LogtoBuilder) -> String {
    let logto = builder.build().unwrap();
    let error = logto.warm_up().await.unwrap_err().to_string();
    assert!(
        error.starts_with("can't warm up: ") && !error.ends_with('.'),
        "{error}"
    );
    error
}

#[track_caller]
pub(super) fn assert_all(error: &str, parts: &[&str]) {
    for part in parts {
        assert!(error.contains(part), "{part:?} in: {error}");
    }
}

#[tokio::test]
async fn with_the_right_endpoint_warm_up_succeeds_and_the_first_request_fetches_nothing_more() {
    let tenant = tenant();
    for endpoint in [
        tenant.endpoint().to_owned(),
        format!("{}/", tenant.endpoint()),
    ] {
        let before = tenant.key_set_requests();
        let logto = builder_at(&tenant, &endpoint).build().unwrap();
        logto.warm_up().await.unwrap();
        assert!(logto.verify(&tenant.token().mint()).await.is_ok());
        assert_eq!(tenant.key_set_requests(), before + 1);
    }
}

#[tokio::test]
async fn an_endpoint_that_ends_in_oidc_is_an_error_that_names_the_right_one() {
    let tenant = tenant();
    let error = warm_up_error(builder_at(&tenant, &format!("{}/oidc", tenant.endpoint()))).await;
    let right = format!("write {:?}", tenant.endpoint());
    assert_all(
        &error,
        &[
            "404",
            "it answers 404 Not Found",
            "has `/oidc` at its end",
            &right,
        ],
    );
    let slash = warm_up_error(builder_at(&tenant, &format!("{}/oidc/", tenant.endpoint()))).await;
    assert_all(&slash, &["has `/oidc` at its end", &right]);
}

#[tokio::test]
async fn an_endpoint_with_another_issuer_is_an_error_that_names_both_issuers_and_both_fixes() {
    let tenant = tenant();
    let domain = custom_domain(&tenant);
    let error = warm_up_error(builder_at(&tenant, &domain)).await;
    let endpoint = format!("Logto::builder({:?})", tenant.endpoint());
    let issuer = format!(".issuer({:?})", tenant.issuer());
    let ours = format!("{domain}/oidc");
    assert_all(
        &error,
        &[&tenant.issuer(), &ours, "custom domain", &endpoint, &issuer],
    );

    let both = builder_at(&tenant, &domain)
        .issuer(&ours)
        .issuer(tenant.issuer());
    let logto = both.build().unwrap();
    logto.warm_up().await.unwrap();
    let token = tenant.token();
    assert!(logto.verify(&token.mint()).await.is_ok());
}

#[tokio::test]
async fn an_issuer_without_oidc_or_with_a_slash_is_an_error_that_names_the_right_one() {
    let tenant = tenant();
    let issuer = tenant.issuer();
    let slash = builder_at(&tenant, tenant.endpoint()).issuer(format!("{issuer}/"));
    let error = warm_up_error(slash).await;
    assert_all(
        &error,
        &["without a slash at its end", &format!("`{issuer}`")],
    );
    let bare = builder_at(&tenant, tenant.endpoint()).issuer(tenant.endpoint());
    let error = warm_up_error(bare).await;
    assert_all(&error, &[&issuer, tenant.endpoint()]);
}

#[tokio::test]
async fn a_server_that_is_not_logto_is_reported() {
    let tenant = tenant();
    let html = [("content-type", "text/html")];
    for (status, body) in [
        (StatusCode::OK, "<html>"),
        (StatusCode::OK, "{}"),
        (StatusCode::OK, r#"{"keys":[]}"#),
        (StatusCode::NOT_FOUND, ""),
        (StatusCode::FORBIDDEN, "{}"),
    ] {
        tenant.answer_with(status, html, body);
        let error = warm_up_error(builder_at(&tenant, tenant.endpoint())).await;
        let discovery = format!(
            "{}/oidc/.well-known/openid-configuration",
            tenant.endpoint()
        );
        assert_all(&error, &["does not look like a Logto server", &discovery]);
    }
}

#[tokio::test]
async fn the_error_about_a_refused_connection_says_to_check_the_host_and_port() {
    // Nobody listens at this port, and nobody else gets it while the socket is bound.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let endpoint = format!("http://{}", socket.local_addr().unwrap());
    let builder = Logto::builder(&endpoint).resource(PRODUCTS);
    let error = warm_up_error(with_resources_of_all_guards(builder)).await;
    assert_all(
        &error,
        &[&endpoint, "can't reach it", "Check the host and port"],
    );
}

#[tokio::test]
async fn a_redirect_is_not_followed_by_any_client() {
    let (tenant, elsewhere) = (tenant(), tenant());
    let follows = || reqwest::Client::builder().no_proxy().build().unwrap();
    for location in [
        elsewhere.jwks_uri(),
        format!("{}/oidc/jwks?x", tenant.endpoint()),
    ] {
        tenant.redirect_to(location.as_str());
        for builder in [
            builder_at(&tenant, tenant.endpoint()),
            builder_at(&tenant, tenant.endpoint()).http_client(follows()),
        ] {
            let error = warm_up_error(builder).await;
            assert_all(&error, &["redirect"]);
        }
    }
    let logto = builder_at(&tenant, tenant.endpoint()).http_client(follows());
    let refused = logto.build().unwrap().verify(&tenant.token().mint()).await;
    let answer = Answer::of_rejection(refused.unwrap_err()).await;
    assert_eq!(
        (answer.status, answer.retry_after.as_deref()),
        (503, Some("1"))
    );
}

#[tokio::test]
async fn discovery_that_fails_is_a_warning_if_the_keys_were_fetched() {
    let events = Events::collect();
    let tenant = tenant();
    for fault in [
        Fault::Fail(StatusCode::INTERNAL_SERVER_ERROR),
        Fault::RedirectTo("https://elsewhere.example".to_owned()),
        Fault::answer(StatusCode::OK, [], "<html>"),
        Fault::answer(StatusCode::OK, [], "{}"),
        Fault::answer(StatusCode::OK, [], r#"{"issuer":7}"#),
        Fault::answer(
            StatusCode::OK,
            [],
            format!(r#"["{}/oidc"]"#, tenant.endpoint()),
        ),
    ] {
        tenant.fault(TenantEndpoint::Discovery, fault);
        let logto = builder_at(&tenant, tenant.endpoint()).build().unwrap();
        logto.warm_up().await.unwrap();
        assert!(logto.verify(&tenant.token().mint()).await.is_ok());
        let logged = events.only_of("not the discovery document");
        assert_eq!(logged.level, Level::WARN);
    }
}

#[tokio::test]
async fn a_failed_key_fetch_is_an_error_even_if_discovery_works() {
    let tenant = tenant();
    let fail = Fault::Fail(StatusCode::INTERNAL_SERVER_ERROR);
    tenant.fault(TenantEndpoint::KeySet, fail);
    let error = warm_up_error(builder_at(&tenant, tenant.endpoint())).await;
    assert_all(
        &error,
        &[
            &tenant.jwks_uri(),
            "500",
            "it answers 500 Internal Server Error",
            "discovery document is fine",
        ],
    );
    tenant.recover();
    tenant.serve_keys(r#"{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}"#);
    let error = warm_up_error(builder_at(&tenant, tenant.endpoint())).await;
    assert_all(&error, &["none of its 1 keys can be used"]);
    assert!(!error.contains("c2VjcmV0"), "{error}");
}

#[tokio::test]
async fn a_jwks_uri_that_differs_from_discovery_is_not_an_error() {
    let tenant = tenant();
    let keys = format!("{}/oidc/jwks", custom_domain(&tenant));
    let logto = builder_at(&tenant, tenant.endpoint())
        .jwks_uri(keys)
        .build()
        .unwrap();
    logto.warm_up().await.unwrap();
    assert!(logto.verify(&tenant.token().mint()).await.is_ok());
}

/// If `main` returns an error, Rust prints the error with `Debug`.
#[tokio::test]
async fn a_main_that_returns_the_error_prints_its_message() {
    let tenant = tenant();
    tenant.fail(StatusCode::BAD_GATEWAY);
    let logto = builder_at(&tenant, tenant.endpoint()).build().unwrap();
    let error = logto.warm_up().await.unwrap_err();
    assert_eq!(format!("{error:?}"), error.to_string());

    let error = Logto::builder(tenant.endpoint()).build().unwrap_err();
    assert_eq!(format!("{error:?}"), error.to_string());
}

#[tokio::test]
async fn a_warm_up_that_failed_can_be_repeated() {
    let tenant = tenant();
    tenant.fail(StatusCode::BAD_GATEWAY);
    let logto = builder_at(&tenant, tenant.endpoint()).build().unwrap();
    logto.warm_up().await.unwrap_err();
    tenant.recover();
    tenant.advance(std::time::Duration::from_secs(1));
    logto.warm_up().await.unwrap();
}
