//! The requests that go through the proxies in environment variables such as `HTTP_PROXY`.
//!
//! A [`TestTenant`](logto_runtime::test_util::TestTenant) works as a proxy for plain http, because a request
//! to a proxy has the same path as a request to the server. Such a proxy answers with a key set of its own.

use logto_runtime::RejectionCode;

use super::{
    builder,
    child::{ran_in_child, run, variable},
    folder::Folder,
    servers::{Ca, Presented, Servers},
    tenant, warm_up,
};

const PROXIES: [&str; 4] = ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];

/// A proxy could answer with a key set of its own, and sign tokens with these keys.
#[test]
fn plain_http_to_loopback_does_not_go_through_a_proxy() {
    let name = "http_client::proxies::plain_http_to_loopback_does_not_go_through_a_proxy";
    let test = || async {
        let logto = builder().build().unwrap();
        let forged = logto.verify(&variable("TEST_FORGED")).await;
        let code = forged.expect_err("the forged token is accepted").code();
        assert_eq!(code, RejectionCode::UnknownKey);
        logto.verify(&variable("TEST_TOKEN")).await.unwrap();
        warm_up(builder()).await
    };
    if ran_in_child(test) {
        return;
    }
    let (tenant, proxy) = (tenant(), tenant());
    let forged = proxy.token().issuer(tenant.issuer()).mint();
    for variable in PROXIES {
        for host in ["127.0.0.1", "localhost"] {
            let endpoint = tenant.endpoint().replace("127.0.0.1", host);
            let result = run(
                name,
                &[
                    (variable, proxy.endpoint()),
                    ("TEST_ENDPOINT", &endpoint),
                    ("TEST_ISSUER", &tenant.issuer()),
                    ("TEST_FORGED", &forged),
                    ("TEST_TOKEN", &tenant.token().mint()),
                ],
            );
            assert_eq!(result, "ok", "{variable}, {host}");
            let requests = (proxy.key_set_requests(), proxy.discovery_requests());
            assert_eq!(requests, (0, 0), "{variable}, {host}");
        }
    }
}

#[test]
fn a_builder_that_allows_insecure_http_uses_the_proxies_of_the_environment() {
    let name = "http_client::proxies::\
                a_builder_that_allows_insecure_http_uses_the_proxies_of_the_environment";
    if ran_in_child(|| warm_up(builder().allow_insecure_http())) {
        return;
    }
    let proxy = tenant();
    let settings = [
        ("TEST_ENDPOINT", "http://tenant.invalid"),
        ("TEST_ISSUER", &proxy.issuer()),
        ("HTTP_PROXY", proxy.endpoint()),
    ];
    // Plain http does not need CA certificates.
    let no_certificates = [settings.as_slice(), &[("SSL_CERT_FILE", "/nonexistent")]].concat();
    for variables in [&settings[..], &no_certificates] {
        let before = (proxy.key_set_requests(), proxy.discovery_requests());
        assert_eq!(run(name, variables), "ok", "{variables:?}");
        let requests = (proxy.key_set_requests(), proxy.discovery_requests());
        assert_eq!(requests, (before.0 + 1, before.1 + 1), "{variables:?}");
    }
    let excluded = [settings.as_slice(), &[("NO_PROXY", "tenant.invalid")]].concat();
    let error = run(name, &excluded);
    assert!(error.contains("can't reach it: "), "{error}");
    assert!(!error.contains("proxy"), "{error}");
}

#[test]
fn a_client_given_to_the_builder_is_used_as_it_is() {
    let name = "http_client::proxies::a_client_given_to_the_builder_is_used_as_it_is";
    if ran_in_child(|| warm_up(builder().http_client(reqwest::Client::new()))) {
        return;
    }
    let proxy = tenant();
    let settings = [
        ("TEST_ENDPOINT", "http://127.0.0.1:1"),
        ("TEST_ISSUER", &proxy.issuer()),
        ("HTTP_PROXY", proxy.endpoint()),
    ];
    assert_eq!(run(name, &settings), "ok");
    assert_eq!(proxy.key_set_requests(), 1);
}

#[test]
fn an_error_names_the_proxy_that_was_used_but_not_its_credentials() {
    let name =
        "http_client::proxies::an_error_names_the_proxy_that_was_used_but_not_its_credentials";
    if ran_in_child(|| warm_up(builder().allow_insecure_http())) {
        return;
    }
    let (servers, tenant) = (Servers::new(), tenant());
    // As a proxy, this tenant answers CONNECT with an error, and every other request with 502.
    tenant.fail(http::StatusCode::BAD_GATEWAY);
    let refusing = tenant.endpoint().strip_prefix("http://").unwrap();
    let connecting = servers.proxy().to_string();
    let tls = servers.tls(tenant.endpoint(), &Ca::new("unknown"), Presented::Good);
    let folder = Folder::new();
    let unrelated = folder.file("unrelated", &Ca::new("unrelated").pem());
    for (proxy, endpoint, parts) in [
        (
            refusing,
            "https://tenant.invalid",
            &["can't reach it: ", "NO_PROXY"][..],
        ),
        (refusing, "http://tenant.invalid", &["502"]),
        (
            &connecting,
            &tls,
            &[
                "its certificate is not accepted",
                "SSL_CERT_FILE",
                "a proxy that decrypts",
            ],
        ),
    ] {
        for credentials in ["", "user:hunter2@", "user:hunter@2@"] {
            let error = run(
                name,
                &[
                    ("ALL_PROXY", &format!("http://{credentials}{proxy}")),
                    ("TEST_ENDPOINT", endpoint),
                    ("TEST_ISSUER", "https://tenant.invalid/oidc"),
                    // The certificate of a CA that no server uses, in case this machine does not have any.
                    ("SSL_CERT_FILE", &unrelated),
                ],
            );
            let shown = format!("(through the proxy http://{proxy})");
            for part in [&[&*shown], parts].concat() {
                assert!(error.contains(part), "{part:?} in: {error}");
            }
            assert!(!error.contains("hunter"), "{error}");
        }
    }
}
