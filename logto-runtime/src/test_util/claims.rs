//! The claims of a tenant's tokens. Names, order and types are as recorded from Logto.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::Value;

use super::{
    fail_test::fail_test,
    members::{Members, base64url},
};

/// The default lifetime of a token.
pub(super) const LIFETIME: Duration = Duration::from_secs(3_600);

/// The subject of a token: a user, or a machine-to-machine (M2M) application.
#[derive(Clone, Debug)]
pub(super) enum Subject {
    User { id: String, client_id: String },
    Machine { client_id: String },
}

/// The audience and the organization of a token.
#[derive(Clone, Debug)]
pub(super) enum Target {
    Resource {
        indicator: String,
        organization: Option<String>,
    },
    /// The organization with this id. The scopes of the token are organization permissions.
    Organization(String),
}

/// The contents of an access token.
#[derive(Clone, Debug)]
pub(super) struct Grant {
    pub(super) subject: Subject,
    pub(super) target: Target,
    pub(super) scopes: Vec<String>,
    pub(super) issued_at: SystemTime,
    pub(super) lifetime: Duration,
}

impl Grant {
    /// Returns the value of the field `scope` in the claims and in the token response.
    ///
    /// Returns `None` if a machine's token for a resource has an empty list of scopes. In all other tokens,
    /// an empty list becomes an empty string.
    pub(super) fn scope(&self) -> Option<String> {
        let absent = matches!(
            (&self.subject, &self.target),
            (Subject::Machine { .. }, Target::Resource { .. })
        );
        (!(absent && self.scopes.is_empty())).then(|| self.scopes.join(" "))
    }

    /// Returns the claims of the access token.
    pub(super) fn claims(&self, issuer: &str) -> Members {
        let (organization_id, audience) = match &self.target {
            Target::Resource {
                indicator,
                organization,
            } => (organization.as_deref(), indicator.clone()),
            Target::Organization(id) => (None, format!("urn:logto:organization:{id}")),
        };
        Members::default()
            .with_some("organization_id", organization_id)
            .with("jti", random_id())
            .with("sub", self.subject.id())
            .with("iat", numeric_date(self.issued_at, Duration::ZERO))
            .with("exp", numeric_date(self.issued_at, self.lifetime))
            .with_some("scope", self.scope())
            .with("client_id", self.subject.client_id())
            .with("iss", issuer)
            .with("aud", audience)
    }

    /// Returns the claims of the ID token that is issued together with the access token.
    pub(super) fn id_claims(&self, issuer: &str) -> Members {
        Members::default()
            .with("sub", self.subject.id())
            .with("aud", self.subject.client_id())
            .with("exp", numeric_date(self.issued_at, self.lifetime))
            .with("iat", numeric_date(self.issued_at, Duration::ZERO))
            .with("iss", issuer)
    }
}

impl Subject {
    fn id(&self) -> &str {
        match self {
            Self::User { id, .. } => id,
            Self::Machine { client_id } => client_id,
        }
    }

    fn client_id(&self) -> &str {
        match self {
            Self::User { client_id, .. } | Self::Machine { client_id } => client_id,
        }
    }
}

/// Returns 43 random characters of base64url, like a recorded `jti` or opaque token.
pub(super) fn random_id() -> String {
    let mut bytes = [0; 32];
    if aws_lc_rs::rand::fill(&mut bytes).is_err() {
        fail_test("could not get random bytes");
    }
    base64url(bytes)
}

/// Returns `at` plus `later` as a `NumericDate` (RFC 7519 §2), in seconds since the Unix epoch. A date before
/// the epoch is negative. A date that is too late becomes the greatest `i64`.
fn numeric_date(at: SystemTime, later: Duration) -> Value {
    let seconds = |duration: Duration| i128::from(duration.as_secs());
    let at = match at.duration_since(UNIX_EPOCH) {
        Ok(since) => seconds(since),
        Err(before) => -seconds(before.duration()),
    };
    match i64::try_from(at + seconds(later)) {
        Ok(date) => Value::from(date),
        Err(_) => Value::from(i64::MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ISSUER: &str = "http://127.0.0.1:3001/oidc";

    fn machine() -> Subject {
        Subject::Machine {
            client_id: "app".into(),
        }
    }

    fn user() -> Subject {
        Subject::User {
            id: "alice".into(),
            client_id: "spa".into(),
        }
    }

    fn resource(organization: Option<&str>) -> Target {
        Target::Resource {
            indicator: "https://api.example.com/org".into(),
            organization: organization.map(Into::into),
        }
    }

    fn claims(subject: Subject, target: Target, scopes: &[&str]) -> String {
        let grant = Grant {
            subject,
            target,
            scopes: scopes.iter().map(ToString::to_string).collect(),
            issued_at: UNIX_EPOCH + Duration::from_secs(1_795_462_253),
            lifetime: LIFETIME,
        };
        let mut claims = grant.claims(ISSUER);
        claims.set("jti", "*");
        claims.to_string()
    }

    #[test]
    fn claims_have_the_recorded_fields_in_the_recorded_order() {
        assert_eq!(
            claims(
                machine(),
                resource(Some("acme")),
                &["read:data", "write:settings"]
            ),
            r#"{"organization_id":"acme","jti":"*","sub":"app","iat":1795462253,"exp":1795465853,"scope":"read:data write:settings","client_id":"app","iss":"http://127.0.0.1:3001/oidc","aud":"https://api.example.com/org"}"#
        );
        assert_eq!(
            claims(
                user(),
                Target::Organization("acme".into()),
                &["invite:member"]
            ),
            r#"{"jti":"*","sub":"alice","iat":1795462253,"exp":1795465853,"scope":"invite:member","client_id":"spa","iss":"http://127.0.0.1:3001/oidc","aud":"urn:logto:organization:acme"}"#
        );
    }

    #[test]
    fn only_a_machines_token_for_a_resource_leaves_out_an_empty_scope_claim() {
        for (subject, target, spelling) in [
            (machine(), resource(None), None),
            (machine(), resource(Some("acme")), None),
            (
                machine(),
                Target::Organization("acme".into()),
                Some("\"scope\":\"\""),
            ),
            (user(), resource(None), Some("\"scope\":\"\"")),
            (
                user(),
                Target::Organization("acme".into()),
                Some("\"scope\":\"\""),
            ),
        ] {
            let case = format!("{subject:?} {target:?}");
            let claims = claims(subject, target, &[]);
            match spelling {
                Some(spelling) => assert!(claims.contains(spelling), "{case}"),
                None => assert!(!claims.contains("scope"), "{case}"),
            }
        }
    }

    #[test]
    fn a_date_before_the_epoch_is_negative_and_a_too_late_date_is_the_greatest_i64() {
        let before = UNIX_EPOCH - Duration::from_secs(10);
        assert_eq!(
            numeric_date(before, Duration::from_secs(3)),
            Value::from(-7)
        );
        assert_eq!(
            numeric_date(UNIX_EPOCH, Duration::MAX),
            Value::from(i64::MAX)
        );
    }

    #[test]
    fn random_ids_have_the_recorded_length() {
        assert_eq!(random_id().len(), 43);
        assert_ne!(random_id(), random_id());
    }
}
