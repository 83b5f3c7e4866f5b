//! Servers on loopback: a TLS server in front of a tenant, and a proxy.

use std::{net::SocketAddr, sync::Arc};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, copy_bidirectional},
    net::{TcpListener, TcpStream},
    runtime::Runtime,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, crypto::aws_lc_rs, pki_types::PrivateKeyDer},
};

/// The runtime of all servers. Dropping the runtime stops the servers.
pub(super) struct Servers(Runtime);

/// A certification authority.
pub(super) struct Ca {
    issuer: Issuer<'static, KeyPair>,
    certificate: rcgen::Certificate,
}

/// The certificate that a server presents.
#[derive(Clone, Copy, Debug)]
pub(super) enum Presented {
    /// A certificate for `localhost`.
    Good,
    /// A certificate for another host.
    ForAnotherHost,
    /// An expired certificate for `localhost`.
    Expired,
    /// The certificate of the CA itself.
    OfTheCa,
}

impl Ca {
    pub(super) fn new(name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(["localhost".to_owned()]).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![
            KeyUsagePurpose::KeyCertSign,
            KeyUsagePurpose::DigitalSignature,
        ];
        let certificate = params.self_signed(&key).unwrap();
        let issuer = Issuer::new(params, key);
        Self {
            issuer,
            certificate,
        }
    }

    pub(super) fn pem(&self) -> String {
        self.certificate.pem()
    }

    fn acceptor(&self, presented: Presented) -> TlsAcceptor {
        let host = match presented {
            Presented::ForAnotherHost => "elsewhere.example",
            _ => "localhost",
        };
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new([host.to_owned()]).unwrap();
        if let Presented::Expired = presented {
            params.not_before = date_time_ymd(2020, 1, 1);
            params.not_after = date_time_ymd(2021, 1, 1);
        }
        let (certificate, key) = match presented {
            Presented::OfTheCa => (self.certificate.der().clone(), self.issuer.key()),
            _ => {
                let signed = params.signed_by(&key, &self.issuer).unwrap();
                (signed.der().clone(), &key)
            }
        };
        let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        let provider = Arc::new(aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .unwrap();
        TlsAcceptor::from(Arc::new(config))
    }
}

impl Servers {
    pub(super) fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build();
        Self(runtime.unwrap())
    }

    /// Starts a TLS server that forwards each connection to the server at `behind`. Returns the endpoint.
    pub(super) fn tls(&self, behind: &str, ca: &Ca, presented: Presented) -> String {
        let acceptor = ca.acceptor(presented);
        let behind: SocketAddr = behind.strip_prefix("http://").unwrap().parse().unwrap();
        let address = self.listen(move |stream| {
            let acceptor = acceptor.clone();
            async move {
                let mut stream = acceptor.accept(stream).await.ok()?;
                let mut behind = TcpStream::connect(behind).await.ok()?;
                copy_bidirectional(&mut stream, &mut behind).await.ok()
            }
        });
        format!("https://localhost:{}", address.port())
    }

    /// Starts a proxy that accepts `CONNECT` for every host (RFC 9110 §9.3.6). Returns the address.
    pub(super) fn proxy(&self) -> SocketAddr {
        self.listen(|stream| async move {
            let mut stream = BufReader::new(stream);
            let mut line = String::new();
            stream.read_line(&mut line).await.ok()?;
            let target = line.split(' ').nth(1)?.to_owned();
            while !line.trim().is_empty() {
                line.clear();
                stream.read_line(&mut line).await.ok()?;
            }
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.ok()?;
            let mut target = TcpStream::connect(target).await.ok()?;
            copy_bidirectional(&mut stream, &mut target).await.ok()
        })
    }

    fn listen<T>(&self, serve: impl Fn(TcpStream) -> T + Send + 'static) -> SocketAddr
    where
        T: Future<Output: Send> + Send + 'static,
    {
        let listener = self.0.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        self.0.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream));
            }
        });
        address
    }
}
