//! Deserializes the claims of a verified token into a type of the program, and finds the claim that does not
//! fit. `extract/claims.rs` turns the error into a 401.

use serde::de::DeserializeOwned;

use crate::{telemetry::printable, token::segments::claims_json, verify::Verified};

/// The claims do not fit the requested type.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the claims do not fit the type, at {member}")]
pub struct ClaimsError {
    member: String,
}

impl ClaimsError {
    /// Returns the path of the claim that is missing or does not fit, such as `plan` or `plan.name`. For the
    /// claims as a whole, the path is `.`. Special characters are escaped, and a long path is cut off.
    #[must_use]
    pub fn member(&self) -> &str {
        &self.member
    }
}

/// Deserializes the claims from the bytes of the token. The token cache keeps these bytes anyway, so it does
/// not have to keep the custom claims as well.
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

/// Extracts the name of a missing field from a message of serde. Other messages can show a value, which must
/// not be logged.
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
        #[expect(dead_code, reason = "only its absence is tested")]
        name: String,
    }

    /// `missing_field` depends on the wording of serde, so this test must fail if the wording
    /// changes.
    #[test]
    fn only_the_name_of_a_missing_field_is_extracted_from_a_message_of_serde() {
        let missing = serde_json::from_str::<Plan>("{}").unwrap_err().to_string();
        assert_eq!(
            missing_field(&missing).as_deref(),
            Some("name"),
            "{missing}"
        );
        let nested = serde_json::from_str::<HashMap<String, Plan>>(r#"{"plan":{}}"#);
        let nested = nested.unwrap_err().to_string();
        assert_eq!(missing_field(&nested).as_deref(), Some("name"), "{nested}");
        // These messages show the value.
        for ill_typed in [r#"{"plan":7}"#, r#"{"plan":"missing field `x`"}"#] {
            let error = serde_json::from_str::<HashMap<String, Plan>>(ill_typed).unwrap_err();
            assert_eq!(missing_field(&error.to_string()), None, "{error}");
        }
    }
}
