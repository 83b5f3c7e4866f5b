//! Checks the settings of a builder.

use std::{fmt, time::Duration};

use super::LogtoBuilder;
#[cfg(feature = "revocation")]
use crate::revocation::{horizon::GREATEST_LEEWAY, unasked};
use crate::{
    config::{ConfigError, callable_url, issuer_at, without_credentials, without_query},
    jwks::KeyTimes,
    logto::deny_async::DenyTimes,
    token::source::Sources,
};

/// The upper bound of the leeway. Clocks that differ by more must be corrected.
const MAX_LEEWAY: Duration = Duration::from_secs(10 * 60);

/// The upper bounds of `deny_timeout` and of `deny_remembered_for`.
const MAX_DENY_TIMEOUT: Duration = Duration::from_secs(30);
const MAX_DENY_MEMORY: Duration = Duration::from_secs(60 * 60);

// The list of revocations keeps its entries long enough for a leeway of at most `GREATEST_LEEWAY`.
#[cfg(feature = "revocation")]
const _: () = assert!(MAX_LEEWAY.as_secs() <= GREATEST_LEEWAY.unsigned_abs());

impl LogtoBuilder {
    pub(super) fn check_settings(&self) -> Result<(), ConfigError> {
        let KeyTimes {
            fresh_for,
            usable_for,
            unknown_key_cooldown,
        } = self.key_times;
        for (setting, duration) in [
            ("keys_fresh_for", fresh_for),
            ("keys_usable_for", usable_for),
            ("unknown_key_cooldown", unknown_key_cooldown),
        ] {
            if duration.is_zero() {
                return Err(setting_error(
                    setting,
                    &duration,
                    "must be longer than zero",
                ));
            }
        }
        if usable_for < fresh_for {
            let problem = "must be at least keys_fresh_for";
            return Err(setting_error("keys_usable_for", &usable_for, problem));
        }
        if self.leeway > MAX_LEEWAY {
            let problem = "must be at most 10 minutes, because expired tokens are accepted for \
                           that time; correct the clocks instead";
            return Err(setting_error("leeway", &self.leeway, problem));
        }
        let DenyTimes {
            timeout,
            remembered_for,
            ..
        } = self.deny_times;
        if timeout.is_zero() || timeout > MAX_DENY_TIMEOUT {
            let problem = "must be longer than zero and at most 30 s, because requests wait for it";
            return Err(setting_error("deny_timeout", &timeout, problem));
        }
        if remembered_for > MAX_DENY_MEMORY {
            let problem = "must be at most 1 hour, because an accepted caller passes for that time, even if \
                           the function would now deny the caller; set a shorter time";
            return Err(setting_error(
                "deny_remembered_for",
                &remembered_for,
                problem,
            ));
        }
        if self.max_token_bytes == 0 {
            return Err(setting_error(
                "max_token_bytes",
                &0,
                "must be greater than zero",
            ));
        }
        if self.algorithms.is_empty() {
            let problem = "no token could be verified; leave it out to allow all";
            return Err(setting_error("algorithms", &format_args!("empty"), problem));
        }
        if self.jwks_json.is_some() && self.jwks_uri.is_some() {
            let problem = "jwks_json is given too, so nothing is fetched; leave one of them out";
            return Err(setting_error("jwks_uri", &format_args!("given"), problem));
        }
        Ok(())
    }

    pub(super) fn checked_endpoint(&self) -> Result<String, ConfigError> {
        let value = self.endpoint.clone()?;
        let endpoint = value.trim_end_matches('/');
        let problem = match callable_url(endpoint, self.allow_insecure_http) {
            Ok(url) if url.query().is_some() => "has a query",
            Ok(_) => return Ok(endpoint.to_owned()),
            Err(problem) => problem,
        };
        Err(ConfigError::Endpoint {
            value: without_credentials(&value),
            problem,
        })
    }

    /// Checks that there is only one list of revocations, and that it is for this endpoint. Returns the
    /// greatest accepted age of a token, in seconds.
    ///
    /// Without a list, returns `None`, and logs an error if this process has started a list for the endpoint.
    #[cfg(feature = "revocation")]
    pub(super) fn checked_max_age(&self, endpoint: &str) -> Result<Option<i64>, ConfigError> {
        let [revocations, others @ ..] = self.revocations.as_slice() else {
            unasked::report(endpoint, None);
            return Ok(None);
        };
        if others.iter().any(|other| !other.is_same_as(revocations)) {
            let value = without_query(endpoint);
            let problem = "two different lists were given, and guards can ask only one; start one list for \
                           the tenant, and call `revocations` once";
            return Err(setting_error("revocations", &value, problem));
        }
        if !revocations.is_of(endpoint) {
            let value = without_query(revocations.endpoint());
            let problem = "the list is that of another endpoint, whose ids mean nothing here; give \
                           both builders the same endpoint";
            return Err(setting_error("revocations", &value, problem));
        }
        unasked::note_asked(revocations);
        Ok(Some(revocations.horizon().oldest_token()))
    }

    pub(super) fn checked_issuers(&self, endpoint: &str) -> Result<Vec<String>, ConfigError> {
        for issuer in &self.issuers {
            if let Err(problem) = callable_url(issuer, self.allow_insecure_http) {
                return Err(ConfigError::Issuer {
                    value: without_query(issuer),
                    problem,
                });
            }
        }
        if self.issuers.is_empty() {
            return Ok(vec![issuer_at(endpoint)]);
        }
        Ok(self.issuers.clone())
    }

    pub(super) fn checked_sources(&self) -> Result<Sources, ConfigError> {
        Sources::new(self.token_sources.clone(), self.allow_insecure_http).map_err(
            |(value, problem)| ConfigError::Setting {
                setting: "token_source",
                value,
                problem,
            },
        )
    }
}

fn setting_error(
    setting: &'static str,
    value: &dyn fmt::Debug,
    problem: &'static str,
) -> ConfigError {
    ConfigError::Setting {
        setting,
        value: format!("{value:?}"),
        problem,
    }
}

#[cfg(test)]
mod tests {
    use crate::Logto;

    /// The query can contain the API key of a proxy.
    #[test]
    fn debug_output_and_errors_about_issuers_keys_and_resources_show_no_query() {
        let builder = || Logto::builder("https://t.example").resource("https://api.example.com");
        let shown = [
            format!("{:?}", Logto::builder("https://gw.example?key=s3cret")),
            format!("{:?}", builder().resource("https://gw.example?key=s3cret")),
        ];
        let rejected = [
            builder().issuer("http://gw.example/oidc?key=s3cret"),
            builder().jwks_uri("http://gw.example/jwks?key=s3cret"),
            builder().resource("https://gw.example?key=s3cret#fragment"),
        ];
        let errors = rejected.map(|builder| builder.build().unwrap_err().to_string());
        for text in shown.iter().chain(&errors) {
            assert!(text.contains("gw.example"), "{text}");
            assert!(!text.contains("s3cret"), "{text}");
        }
    }
}
