//! TLS to a Redis server: the trusted certificates, and the errors if only one side uses TLS.

use std::{fs, net::TcpListener, thread, time::Duration};

use logto_runtime::{RedisLog, RevocationLog};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};

use super::{
    child::Child,
    replica::{Replica, tenant, token},
    server::{Machine, Server, machine},
};

/// A Redis port without TLS reads a TLS handshake as the beginning of a command, and does not answer.
#[tokio::test]
async fn the_error_about_a_silent_server_mentions_tls_only_if_the_url_asks_for_tls() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    for (scheme, names_tls) in [("rediss", true), ("redis", false)] {
        let mut log = RedisLog::new(format!("{scheme}://{address}")).unwrap();
        log.set_up("n", Duration::from_secs(3_600));
        let error = log.read_after(None, Duration::ZERO).await.unwrap_err();
        let error = error.to_string();
        assert!(error.contains("see whether the server runs"), "{error}");
        let named = error.ends_with("whether it speaks TLS at this port");
        assert_eq!(named, names_tls, "{error}");
    }
}

/// Starts a server with a certificate for `localhost`. Returns the server and its port. The certificate of
/// the CA is in the file `ca.pem`.
fn tls_server(machine: &Machine) -> (Server, String) {
    let folder = std::env::temp_dir().join(format!("logto-redis-tls-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let mut params = CertificateParams::new([]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let ca_key = KeyPair::generate().unwrap();
    let ca = params.self_signed(&ca_key).unwrap();
    let issuer = Issuer::new(params, ca_key);
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(["localhost".to_owned()]).unwrap();
    let certificate = certificate.signed_by(&key, &issuer).unwrap();
    let write = |name: &str, text: String| {
        let path = folder.join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let ca = write("ca.pem", ca.pem());
    let certificate = write("server.pem", certificate.pem());
    let key = write("key.pem", key.serialize_pem());
    // The system chooses the port. Another program could take it before the server does.
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let port = port.to_string();
    let server = machine.server_with(&[
        "--tls-port",
        &port,
        "--tls-cert-file",
        &certificate,
        "--tls-key-file",
        &key,
        "--tls-ca-cert-file",
        &ca,
        "--tls-auth-clients",
        "no",
        "--bind",
        "127.0.0.1",
    ]);
    (server, port)
}

#[tokio::test]
async fn tls_certificates_are_verified_with_the_ca_that_the_variable_ssl_cert_file_names() {
    let Some(machine) = machine().await else {
        return;
    };
    let (server, port) = tls_server(&machine);
    let tenant = tenant();
    let ca = std::env::temp_dir().join(format!("logto-redis-tls-{}/ca.pem", std::process::id()));
    let trust = [("SSL_CERT_FILE", ca.to_str().unwrap())];
    let mut child = Child::start(&tenant, &format!("rediss://localhost:{port}"), &trust);
    child.ready();
    assert_eq!(child.ask("revoke alice"), "ok");
    let replica = Replica::start(&tenant, server.log());
    replica.until_refused(&token(&tenant, "alice")).await;
    // Without the variable, the CA is unknown. And the certificate is not valid for `127.0.0.1`.
    let untrusted = ["cannot be trusted", "SSL_CERT_FILE"];
    let without_tls = ["TLS (`rediss://`)"];
    let cases = [
        (
            format!("rediss://localhost:{port}"),
            &[][..],
            &untrusted[..],
        ),
        (format!("rediss://127.0.0.1:{port}"), &trust, &untrusted),
        (format!("redis://localhost:{port}"), &trust, &without_tls),
    ];
    // Each child waits for ten seconds before it says why it is not ready.
    let tenant = &tenant;
    thread::scope(|scope| {
        for (url, trust, expected) in &cases {
            scope.spawn(move || {
                let error = Child::start(tenant, url, trust).ask("ready");
                for part in *expected {
                    assert!(error.contains(part), "{url}: {error}");
                }
            });
        }
    });
    fs::remove_dir_all(ca.parent().unwrap()).unwrap();
}
