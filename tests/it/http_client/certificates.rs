//! The certificates that the HTTP client accepts, and the errors for other certificates.

use std::{env, fs};

use logto_runtime::{Logto, test_util::TestTenant};
use tracing::Level;

use super::{
    builder,
    child::{ran_in_child, run, variable},
    folder::Folder,
    servers::{Ca, Presented, Servers},
    tenant, warm_up,
};
use crate::{
    events::Events,
    support::{Answer, PRODUCTS},
};

/// Warms up a `Logto`. If the variable `TEST_CLIENT_CA` names a file, the HTTP client trusts only the CA in
/// this file. Without this variable, the client is the default one.
async fn warm_up_with_client() -> String {
    let builder = match env::var("TEST_CLIENT_CA") {
        Err(_) => builder(),
        Ok(path) => {
            let pem = fs::read(path).unwrap();
            let client = reqwest::Client::builder()
                .no_proxy()
                .tls_certs_only([reqwest::Certificate::from_pem(&pem).unwrap()])
                .pool_max_idle_per_host(0)
                .build();
            builder().http_client(client.unwrap())
        }
    };
    warm_up(builder).await
}

const NO_CA_CERTIFICATES: [(&str, &str); 2] = [
    ("SSL_CERT_FILE", "/nonexistent/ca.pem"),
    ("SSL_CERT_DIR", "/nonexistent"),
];

#[test]
fn each_certificate_error_names_a_fix() {
    let name = "http_client::certificates::each_certificate_error_names_a_fix";
    if ran_in_child(warm_up_with_client) {
        return;
    }
    let (servers, tenant) = (Servers::new(), tenant());
    let ca = Ca::new("trusted");
    let (files, only_ca) = (Folder::new(), Folder::new());
    let trusted = files.file("trusted", &ca.pem());
    let other = files.file("other", &Ca::new("other").pem());
    only_ca.file("ca", &ca.pem());
    let folder = only_ca.path().to_str().unwrap();

    let good = servers.tls(tenant.endpoint(), &ca, Presented::Good);
    let ask = |endpoint: &str, variables: &[(&str, &str)]| {
        let settings = [
            ("TEST_ENDPOINT", endpoint),
            ("TEST_ISSUER", &tenant.issuer()),
        ];
        run(name, &[&settings, variables].concat())
    };
    let no_client = [
        "can't be set up: ",
        "No CA certificates were loaded from the system",
        "Install the CA certificates",
        "`ca-certificates`",
        "SSL_CERT_FILE",
        "`.http_client(…)`",
    ];
    let unknown_issuer = [
        "its certificate is not accepted: invalid peer certificate: UnknownIssuer",
        "does not trust the CA",
        "SSL_CERT_FILE",
        "`.http_client(…)`",
    ];
    let trusting = [("SSL_CERT_FILE", &*trusted)];
    for (presented, variables, parts) in [
        (Presented::Good, &NO_CA_CERTIFICATES[..], &no_client[..]),
        (
            Presented::Good,
            &[("SSL_CERT_FILE", &*other)],
            &unknown_issuer,
        ),
        (
            Presented::ForAnotherHost,
            &trusting,
            &["not valid for name", "check the host of the endpoint"],
        ),
        (
            Presented::Expired,
            &trusting,
            &["expired", "Renew the certificate"],
        ),
        (
            Presented::OfTheCa,
            &trusting,
            &["CaUsedAsEndEntity", "that this CA has signed"],
        ),
    ] {
        let endpoint = servers.tls(tenant.endpoint(), &ca, presented);
        let error = ask(&endpoint, variables);
        for part in parts {
            assert!(error.contains(part), "{presented:?}: {part:?} in: {error}");
        }
        // The advice about host and port is for a server that can't be reached.
        assert!(!error.contains("host and port"), "{presented:?}: {error}");
    }

    // With these settings, the certificate is accepted.
    for variables in [
        &trusting[..],
        &[("SSL_CERT_DIR", folder)],
        &[
            NO_CA_CERTIFICATES[0],
            NO_CA_CERTIFICATES[1],
            ("TEST_CLIENT_CA", &trusted),
        ],
    ] {
        assert_eq!(ask(&good, variables), "ok", "{variables:?}");
    }
}

/// Tenants over plain http and offline tenants do not need CA certificates, so they must work in a container
/// without certificates.
#[test]
fn without_ca_certificates_plain_http_and_offline_tenants_work() {
    let name =
        "http_client::certificates::without_ca_certificates_plain_http_and_offline_tenants_work";
    let test = || async {
        let offline = TestTenant::builder()
            .offline()
            .resource(PRODUCTS, ["read:products"])
            .start();
        let logto = offline.logto().build().unwrap();
        logto.verify(&offline.token().mint()).await.unwrap();
        let logto = builder().build().unwrap();
        logto.verify(&variable("TEST_TOKEN")).await.unwrap();
        warm_up(builder()).await
    };
    if ran_in_child(test) {
        return;
    }
    let tenant = tenant();
    let token = tenant.token().mint();
    let settings = [
        ("TEST_ENDPOINT", tenant.endpoint()),
        ("TEST_ISSUER", &tenant.issuer()),
        ("TEST_TOKEN", &token),
    ];
    assert_eq!(
        run(name, &[&settings[..], &NO_CA_CERTIFICATES].concat()),
        "ok"
    );
}

/// The tenant uses https. The service starts, answers 503 and logs the fix. After the certificates are
/// installed, the service needs no restart.
#[test]
fn without_ca_certificates_a_service_answers_503_until_certificates_are_installed() {
    let name = "http_client::certificates::\
                without_ca_certificates_a_service_answers_503_until_certificates_are_installed";
    let test = || async {
        let events = Events::collect();
        let clock = tenant();
        let logto: Logto = builder().clock(clock.clock()).build().unwrap();
        let token = variable("TEST_TOKEN");
        let refused = logto.verify(&token).await.unwrap_err();
        assert_eq!(Answer::of_rejection(refused).await.status, 503);
        let logged = events.take();
        let outage = logged.iter().find(|event| event.level == Level::WARN);
        let fields = &outage.unwrap().fields;
        assert!(
            fields["reason"].contains("No CA certificates"),
            "{fields:?}"
        );
        assert!(fields["fix"].contains("SSL_CERT_FILE"), "{fields:?}");

        fs::write(variable("SSL_CERT_FILE"), variable("TEST_CA")).unwrap();
        clock.advance(std::time::Duration::from_secs(60));
        logto.verify(&token).await.unwrap();
        "ok".to_owned()
    };
    if ran_in_child(test) {
        return;
    }
    let (servers, tenant, ca) = (Servers::new(), tenant(), Ca::new("later"));
    let folder = Folder::new();
    let later = folder.file("later", "");
    let settings = [
        (
            "TEST_ENDPOINT",
            &*servers.tls(tenant.endpoint(), &ca, Presented::Good),
        ),
        ("TEST_ISSUER", &tenant.issuer()),
        ("TEST_TOKEN", &tenant.token().mint()),
        ("TEST_CA", &ca.pem()),
        ("SSL_CERT_FILE", &later),
    ];
    assert_eq!(run(name, &settings), "ok");
}
