//! Why a fetch failed, and what to do about it.

use std::error::Error;

use http::StatusCode;

use super::{
    key_set::KeySetError,
    limits::{FETCH_TIMEOUT, MAX_BYTES},
};
use crate::clock::NoRuntime;

/// Why a fetch failed. In the messages, "it" is the fetched document or its server.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FetchError {
    /// The HTTP client can't be set up, most often because CA certificates are missing.
    #[error("the HTTP client can't be set up: {0}")]
    NoClient(String),
    /// The connection or the request failed.
    #[error("can't reach it: {0}")]
    Unreachable(String),
    /// The certificate of the server was rejected.
    #[error("its certificate is not accepted: {0}")]
    Certificate(String),
    /// A request through a proxy failed.
    #[error("{error} (through the proxy {proxy})")]
    ThroughProxy {
        error: Box<FetchError>,
        /// The proxy without credentials, such as `http://proxy.example.com:3128`.
        proxy: String,
    },
    /// The fetch did not end within [`FETCH_TIMEOUT`], or within the shorter limit of a client that was given
    /// to the builder. A warm-up also returns this error if no fetch succeeds and no other error is known.
    #[error("it did not answer in time (at most {} s)", FETCH_TIMEOUT.as_secs())]
    TimedOut,
    /// The status is neither 200 nor 304 nor a redirect.
    #[error("it answers {0}")]
    Status(StatusCode),
    /// The response is a redirect, or the client followed one.
    #[error("it redirects, and redirects are not accepted")]
    Redirected,
    /// The response is 304, but the request had no entity tag to compare.
    #[error("it answers 304 to a request without If-None-Match")]
    NothingToRevalidate,
    /// The body is longer than [`MAX_BYTES`].
    #[error("its answer is longer than {} KiB", MAX_BYTES / 1024)]
    TooLong,
    /// The connection broke before the end of the body.
    #[error("its answer broke off: {0}")]
    BrokenOff(String),
    /// The body is not a usable key set.
    #[error("its answer is not a usable key set: {0}")]
    KeySet(#[from] KeySetError),
    /// The body is not a discovery document.
    #[error("its answer is not a discovery document")]
    NoDiscoveryDocument,
    /// Fetches ended without an outcome, or did not end (see `mod.rs`).
    #[error(
        "its fetch was lost: the task of the fetch panicked, was dropped or did not run, or the \
         process was paused"
    )]
    Lost,
    /// The caller is not in a tokio runtime, which a fetch needs.
    #[error("it can't be fetched outside a tokio runtime")]
    NoRuntime,
    /// The tokio runtime has no timer, which a fetch needs for its limits.
    #[error("it can't be fetched in a tokio runtime without a timer")]
    NoTimer,
}

impl From<NoRuntime> for FetchError {
    fn from(error: NoRuntime) -> Self {
        match error {
            NoRuntime::Outside => Self::NoRuntime,
            NoRuntime::WithoutTimer => Self::NoTimer,
        }
    }
}

impl FetchError {
    /// Converts an error of the HTTP client. Keeps only the innermost cause, such as "connection refused".
    /// The outer errors do not say what went wrong.
    pub(super) fn of_client(error: reqwest::Error, otherwise: fn(String) -> Self) -> Self {
        // A timeout while connecting is not `TimedOut`: it means that the tenant is unreachable.
        if error.is_timeout() && !error.is_connect() {
            return Self::TimedOut;
        }
        if error.is_redirect() {
            return Self::Redirected;
        }
        let cause = innermost(&error.without_url());
        if is_about_a_certificate(&cause) {
            return Self::Certificate(cause);
        }
        otherwise(cause)
    }

    /// Returns the error without the proxy that the request went through.
    pub(crate) fn without_proxy(&self) -> &Self {
        match self {
            Self::ThroughProxy { error, .. } => error.without_proxy(),
            other => other,
        }
    }

    /// Returns the fix, without a full stop at the end. Returns `None` if the error alone does not tell the
    /// fix.
    pub(crate) fn fix(&self) -> Option<&'static str> {
        match self.without_proxy() {
            Self::NoClient(_) => Some(
                "Install the CA certificates of the operating system (package `ca-certificates`), \
                 set SSL_CERT_FILE to a file of CA certificates in PEM format, or pass a client to \
                 `.http_client(…)`",
            ),
            Self::Certificate(cause) => Some(certificate_fix(cause)),
            Self::Lost => Some(
                "Look in the output of the program for a panic of the client that was passed to \
                 `.http_client(…)`, use one tokio runtime for all requests, and do not block it; if \
                 the process is paused between requests, let it run between requests, too",
            ),
            Self::NoRuntime => {
                Some("Make this call inside a tokio runtime, such as that of `#[tokio::main]`")
            }
            Self::NoTimer => Some(
                "A fetch needs I/O, which `.enable_time()` alone leaves out; build the runtime with `.enable_all()`",
            ),
            _ => None,
        }
    }
}

/// Returns the text of the innermost cause of an error.
pub(crate) fn innermost(error: &dyn Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

/// Returns whether a TLS library rejected the certificate of the server.
///
/// Decides by text, because the TLS library depends on the features of the program. A wrong result is
/// harmless: it changes only how the error is explained.
fn is_about_a_certificate(cause: &str) -> bool {
    let cause = cause.to_ascii_lowercase();
    // A TLS alert comes from the server. If it mentions a certificate, that is the certificate of the client.
    // rustls writes "fatal alert: …", and OpenSSL writes "… alert …".
    let is_alert = cause.contains("fatal alert") || cause.contains(" alert ");
    cause.contains("certificate") && !is_alert
}

fn certificate_fix(cause: &str) -> &'static str {
    let cause = cause.to_ascii_lowercase();
    let says = |parts: &[&str]| parts.iter().any(|part| cause.contains(part));
    if says(&[
        "not valid for name",
        "notvalidforname",
        "hostname mismatch",
        "ip address mismatch",
    ]) {
        return "The certificate is for another host: check the host of the endpoint";
    }
    if says(&["expired", "not valid yet", "notvalidyet", "not yet valid"]) {
        return "Renew the certificate of the server, or correct the clock of this machine";
    }
    if says(&["causedasendentity"]) {
        return "The server presents the certificate of a CA: give the server a certificate that this CA \
                has signed, with `basicConstraints = CA:FALSE`";
    }
    "Probably this machine does not trust the CA that signed the certificate. If this is a private \
     CA, or the CA of a proxy that decrypts traffic, install the CA's certificate in the operating \
     system, set (on Linux) SSL_CERT_FILE to a PEM file that contains it, or pass a client that \
     trusts the CA to `.http_client(…)`"
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The texts are those of rustls, OpenSSL and Linux.
    #[test]
    fn certificate_errors_are_recognized_by_their_text() {
        for (cause, fix) in [
            (
                "invalid peer certificate: UnknownIssuer",
                Some("private CA"),
            ),
            ("invalid peer certificate: BadSignature", Some("private CA")),
            ("invalid peer certificate: Revoked", Some("Probably")),
            (
                "error:0A000086:SSL routines:tls_post_process_server_certificate:certificate \
                 verify failed:ssl/statem/statem_clnt.c:2103: (self-signed certificate in \
                 certificate chain)",
                Some("private CA"),
            ),
            (
                "invalid peer certificate: certificate not valid for name \"a.example\"; \
                 certificate is only valid for DnsName(\"b.example\")",
                Some("another host"),
            ),
            (
                "error:0A000086:SSL routines:tls_post_process_server_certificate:certificate \
                 verify failed:ssl/statem/statem_clnt.c:2103: (hostname mismatch)",
                Some("another host"),
            ),
            (
                "error:0A000086:SSL routines:tls_post_process_server_certificate:certificate \
                 verify failed:ssl/statem/statem_clnt.c:2103: (IP address mismatch)",
                Some("another host"),
            ),
            (
                "invalid peer certificate: certificate expired: verification time 2 (UNIX), but \
                 certificate is not valid after 1 (1 seconds ago)",
                Some("Renew"),
            ),
            (
                "invalid peer certificate: certificate not valid yet: verification time 1 (UNIX), \
                 but certificate is not valid before 2 (1 seconds in future)",
                Some("Renew"),
            ),
            (
                "invalid peer certificate: Other(OtherError(CaUsedAsEndEntity))",
                Some("CA:FALSE"),
            ),
            ("received fatal alert: CertificateRequired", None),
            (
                "error:0A00045C:SSL routines:ssl3_read_bytes:tlsv13 alert certificate \
                 required:ssl/record/rec_layer_s3.c:1605:SSL alert number 116",
                None,
            ),
            (
                "error:0A000412:SSL routines:ssl3_read_bytes:sslv3 alert bad \
                 certificate:ssl/record/rec_layer_s3.c:1605:SSL alert number 42",
                None,
            ),
            (
                "error:0A000415:SSL routines:ssl3_read_bytes:sslv3 alert certificate \
                 expired:ssl/record/rec_layer_s3.c:1605:SSL alert number 45",
                None,
            ),
            ("received corrupt message of type InvalidContentType", None),
            ("Connection refused (os error 111)", None),
        ] {
            assert_eq!(is_about_a_certificate(cause), fix.is_some(), "{cause}");
            if let Some(part) = fix {
                let fix = FetchError::Certificate(cause.to_owned()).fix().unwrap();
                assert!(fix.contains(part), "{cause}: {fix}");
            }
        }
    }

    /// A client that was given to the builder can time out sooner.
    #[test]
    fn the_message_of_a_timeout_names_the_limit_and_not_how_long_the_fetch_took() {
        let message = FetchError::TimedOut.to_string();
        assert_eq!(message, "it did not answer in time (at most 5 s)");
    }

    /// In a runtime with a timer but without I/O, tokio panics in each fetch.
    #[test]
    fn the_fix_for_a_missing_timer_does_not_offer_a_runtime_without_io() {
        let fix = FetchError::NoTimer.fix().unwrap();
        assert!(fix.contains("`.enable_all()`"), "{fix}");
        assert!(!fix.contains("or with"), "{fix}");
        assert!(fix.contains("I/O"), "{fix}");
    }

    #[test]
    fn the_fix_does_not_depend_on_the_proxy() {
        let direct = || FetchError::NoClient("no certificates".to_owned());
        let proxied = FetchError::ThroughProxy {
            error: Box::new(direct()),
            proxy: "http://proxy.example:3128".to_owned(),
        };
        assert_eq!(proxied.fix(), direct().fix());
        assert!(
            proxied
                .to_string()
                .ends_with("(through the proxy http://proxy.example:3128)")
        );
    }
}
