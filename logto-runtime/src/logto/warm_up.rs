//! Fetches the keys before the first request, and explains what is wrong with the settings.

use std::fmt;

use http::StatusCode;
use url::Url;

use super::Logto;
#[cfg(feature = "revocation")]
use crate::revocation::unasked;
use crate::{jwks::FetchError, telemetry};

/// Why [`Logto::warm_up`] failed, and what to do about it.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("can't warm up: {problem}. {advice}")]
pub struct WarmUpError {
    pub(super) problem: String,
    /// One or more sentences without the last full stop.
    pub(super) advice: String,
}

/// Same as [`Display`](fmt::Display). If `main` returns an error, the program prints the `Debug` form of the
/// error.
impl fmt::Debug for WarmUpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Logto {
    /// Fetches the key set now, and compares the settings with the guards of the program and with the
    /// tenant's discovery document.
    ///
    /// Without this call, the key set is fetched when it is first needed. Call this method at the start of a
    /// service to notice a wrong endpoint before the first request. If the keys can be fetched but the
    /// discovery document can't, the call succeeds and logs a warning.
    ///
    /// All [`guards()`](crate::inventory::guards) are compared, including guards that no route uses and
    /// guards of linked crates. So in a program with several `Logto`s, give each builder the resources and
    /// client names of all guards. The first call logs a warning for each resource that guards ask for both
    /// globally and within organizations. With [`any_of`](Self::any_of), all tenants are warmed up.
    ///
    /// # Errors
    ///
    /// Fails in three cases:
    ///
    /// - An attribute in the program uses a resource or a client name that the builder does not know.
    /// - The key set can't be fetched, or is not usable.
    /// - The builder does not trust the tenant's issuer.
    ///
    /// The error names the most likely mistake. With several tenants, the error is that of the first tenant
    /// that failed.
    pub async fn warm_up(&self) -> Result<(), WarmUpError> {
        let [first, others @ ..] = self.tenants() else {
            return Ok(());
        };
        let mut result = first.warm_up_tenant().await;
        for tenant in others {
            result = result.and(tenant.warm_up_tenant().await);
        }
        result
    }

    /// Warms up one tenant. If there are several tenants, the error names the endpoint of this one.
    async fn warm_up_tenant(&self) -> Result<(), WarmUpError> {
        #[cfg(feature = "revocation")]
        {
            let settings = self.settings();
            unasked::report(&settings.endpoint, settings.revocations.as_ref());
        }
        self.fetch_and_compare().await.map_err(|error| {
            if !self.is_one_of_several() {
                return error;
            }
            WarmUpError {
                problem: format!("{}: {}", self.settings().endpoint, error.problem),
                advice: error.advice,
            }
        })
    }

    /// Fetches the key set and the discovery document of this tenant, and compares the settings with the
    /// guards and with the document.
    async fn fetch_and_compare(&self) -> Result<(), WarmUpError> {
        self.check_guarded_names()?;
        self.warn_of_resources_asked_both_ways();
        let loaded = self.verifier().keys.load().await;
        let discovered = self.discover().await;
        match (loaded, discovered) {
            (Ok(()), Ok(issuer)) => self.compare(&issuer),
            (Ok(()), Err(error)) => {
                telemetry::discovery_unreachable(&error, error.fix());
                Ok(())
            }
            (Err(error), Ok(issuer)) => Err(WarmUpError {
                problem: self.key_set_problem(&error),
                advice: match (error.fix(), self.compare(&issuer)) {
                    (Some(fix), _) => fix.to_owned(),
                    (None, Err(mismatch)) => mismatch.advice,
                    (None, Ok(())) => {
                        "The discovery document is fine; if jwks_uri is set, check it".to_owned()
                    }
                },
            }),
            (Err(error), Err(_)) => Err(self.explain(&error).await),
        }
    }

    /// Compares the discovered issuer with the trusted issuers. Does not compare `jwks_uri`,
    /// because Logto derives it from the `Host` header of the request.
    fn compare(&self, issuer: &str) -> Result<(), WarmUpError> {
        let ours = &self.verifier().expected.issuers;
        if ours.iter().any(|our| our == issuer) {
            return Ok(());
        }
        let advice = if ours.iter().any(|our| our.trim_end_matches('/') == issuer) {
            format!("Write the issuer without a slash at its end: `{issuer}`")
        } else {
            let endpoint = issuer.strip_suffix("/oidc").unwrap_or(issuer);
            format!(
                "If that is the tenant's custom domain, make it the endpoint \
                 (`Logto::builder({endpoint:?})`); if tokens come from both domains, add \
                 `.issuer({issuer:?})` beside `.issuer({:?})`",
                ours.first().map(String::as_str).unwrap_or_default()
            )
        };
        Err(WarmUpError {
            problem: format!(
                "the tenant's issuer is {}, but this service trusts {ours:?}",
                telemetry::printable(issuer)
            ),
            advice,
        })
    }

    /// Says why the key set can't be fetched. Shows its URL without the query, which can contain the API
    /// key of a proxy.
    fn key_set_problem(&self, error: &FetchError) -> String {
        let mut url = self.settings().jwks_url.clone();
        url.set_query(None);
        format!("{url}: {error}")
    }

    /// Explains a failed fetch. The usual mistake is an endpoint with `/oidc` at its end, so this method
    /// tries the endpoint without `/oidc`.
    async fn explain(&self, error: &FetchError) -> WarmUpError {
        let endpoint = &self.settings().endpoint;
        let problem = self.key_set_problem(error);
        if let Some(fix) = error.fix() {
            let advice = fix.to_owned();
            return WarmUpError { problem, advice };
        }
        let is_proxied = matches!(error, FetchError::ThroughProxy { .. });
        // `https://oidc` ends with `/oidc` too, but is not a URL without it.
        let meant = endpoint
            .strip_suffix("/oidc")
            .filter(|meant| Url::parse(meant).is_ok());
        let advice = match meant {
            Some(meant) if self.discover_at(meant).await.is_ok() => format!(
                "The endpoint has `/oidc` at its end, which belongs to the issuer: write {meant:?}"
            ),
            Some(meant) => {
                format!("The endpoint is the tenant's address without `/oidc`: probably {meant:?}")
            }
            None => match error.without_proxy() {
                error if asks_for_proxy_credentials(error) => {
                    "The proxy (HTTPS_PROXY, HTTP_PROXY or ALL_PROXY) asks for credentials: write them \
                     into its URL, like `http://user:password@proxy.example:3128`"
                        .to_owned()
                }
                FetchError::Unreachable(_) | FetchError::TimedOut if is_proxied => {
                    "Check the host and port of the endpoint, that Logto runs there, and that the \
                     proxy (HTTPS_PROXY, HTTP_PROXY or ALL_PROXY) connects to it; NO_PROXY lists \
                     hosts that are reached directly"
                        .to_owned()
                }
                FetchError::Unreachable(_) | FetchError::TimedOut => {
                    "Check the host and port of the endpoint, and that Logto runs there".to_owned()
                }
                FetchError::Redirected => "The endpoint answers with a redirect, perhaps from \
                    http to https or to a custom domain: write the address it leads to"
                    .to_owned(),
                FetchError::Status(status) if is_temporary(*status) => format!(
                    "{endpoint} is temporarily down, or limits how often it may be asked: try again \
                     later. If that does not help, check Logto and the proxies in front of it"
                ),
                _ => format!(
                    "{endpoint} does not look like a Logto server: its discovery document should \
                     be at {endpoint}/oidc/.well-known/openid-configuration. The endpoint is the \
                     tenant's address, not that of the console or of this API"
                ),
            },
        };
        WarmUpError { problem, advice }
    }
}

/// Returns whether a proxy has answered 407. For `https`, the HTTP client reports this answer as an error of
/// the connection.
fn asks_for_proxy_credentials(error: &FetchError) -> bool {
    match error {
        FetchError::Status(status) => *status == StatusCode::PROXY_AUTHENTICATION_REQUIRED,
        FetchError::Unreachable(reason) => reason.contains("proxy authorization required"),
        _ => false,
    }
}

/// Returns whether a server, or a proxy in front of it, sends this status while it is down or overloaded.
fn is_temporary(status: StatusCode) -> bool {
    status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn logto() -> Logto {
        Logto::builder("https://tenant.logto.app")
            .jwks_uri("https://proxy.example.com/jwks?key=hunter2")
            .resource("https://api.example.com")
            .build()
            .unwrap()
    }

    #[test]
    fn a_discovered_issuer_is_shown_without_control_characters() {
        let error = logto().compare("https://x.example\n\u{1b}[2J").unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(shown.contains(r"https://x.example\n\u{1b}[2J"), "{shown}");
        assert!(!shown.contains(|c: char| c.is_control()), "{shown}");
    }

    /// A gateway answers so for a while, for example during a deployment of Logto.
    #[tokio::test]
    async fn a_server_that_is_temporarily_down_is_not_said_to_be_another_server() {
        for (status, is_temporary) in [
            (500, true),
            (502, true),
            (503, true),
            (429, true),
            (403, false),
            (404, false),
        ] {
            let status = StatusCode::from_u16(status).unwrap();
            let error = logto().explain(&FetchError::Status(status)).await;
            let says = |part| error.advice.contains(part);
            assert_eq!(says("temporarily"), is_temporary, "{error}");
            assert_eq!(says("does not look like"), !is_temporary, "{error}");
        }
    }

    #[tokio::test]
    async fn a_proxy_that_asks_for_credentials_is_named() {
        let of_tunnel = "tunnel error: proxy authorization required";
        for error in [
            FetchError::Status(StatusCode::PROXY_AUTHENTICATION_REQUIRED),
            FetchError::Unreachable(of_tunnel.to_owned()),
        ] {
            let error = logto().explain(&error).await;
            assert!(error.advice.contains("asks for credentials"), "{error}");
        }
    }

    #[test]
    fn the_query_of_the_key_set_url_is_not_shown() {
        let problem = logto().key_set_problem(&FetchError::TimedOut);
        assert!(
            problem.starts_with("https://proxy.example.com/jwks: "),
            "{problem}"
        );
    }
}
