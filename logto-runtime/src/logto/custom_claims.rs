//! The claims of a verified token as a type of the user's.

use serde::de::DeserializeOwned;

use crate::{telemetry::printable, token::segments::claims_json, verify::Verified};

/// Claims that do not fit the type asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the claims do not fit the type, at {member}")]
pub struct ClaimsError {
    member: String,
}

impl ClaimsError {
    /// The member that is missing or does not fit; `.` for the claims as a whole.
    #[must_use]
    pub fn member(&self) -> &str {
        &self.member
    }
}

/// Decodes again from the token itself, so that a cached token holds its claims once.
pub(crate) fn read<T: DeserializeOwned>(verified: &Verified) -> Result<T, ClaimsError> {
    let json = claims_json(verified.token()).unwrap_or_default();
    let deserializer = &mut serde_json::Deserializer::from_slice(&json);
    serde_path_to_error::deserialize(deserializer).map_err(|error| {
        let path = error.path().to_string();
        let missing = missing_field(&error.into_inner().to_string());
        let member = match (path.as_str(), missing) {
            (".", Some(missing)) => missing,
            (_, Some(missing)) => format!("{path}.{missing}"),
            (_, None) => path,
        };
        ClaimsError {
            member: printable(&member).into_owned(),
        }
    })
}

/// The rest of serde's message may show a value, which must not reach a log.
fn missing_field(message: &str) -> Option<String> {
    let (name, _) = message.strip_prefix("missing field `")?.split_once('`')?;
    Some(name.to_owned())
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    struct Plan {
        #[expect(dead_code, reason = "its absence is read")]
        name: String,
    }

    /// `missing_field` reads what serde writes: a new wording of serde must show here.
    #[test]
    fn serde_names_a_missing_field_as_it_is_read_here() {
        let missing = serde_json::from_str::<Plan>("{}").unwrap_err().to_string();
        assert_eq!(
            missing_field(&missing).as_deref(),
            Some("name"),
            "{missing}"
        );
        let nested = serde_json::from_str::<HashMap<String, Plan>>(r#"{"plan":{}}"#);
        let nested = nested.unwrap_err().to_string();
        assert_eq!(missing_field(&nested).as_deref(), Some("name"), "{nested}");
        let ill_typed = serde_json::from_str::<Plan>(r#"{"name":"missing field `x`"}"#);
        assert!(ill_typed.is_ok());
        let ill_typed = serde_json::from_str::<Plan>(r#"{"name":7}"#)
            .unwrap_err()
            .to_string();
        assert_eq!(missing_field(&ill_typed), None, "{ill_typed}");
    }
}
