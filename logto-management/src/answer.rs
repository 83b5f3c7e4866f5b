//! Reads responses, up to a maximum size. An [`Error`] can contain the error code of a response, but no other
//! part of the body.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::Error;

/// The maximum size of a response body, in bytes.
const LARGEST: usize = 16 << 20;

/// What is wrong with a response that is larger than [`LARGEST`].
pub(crate) const TOO_LARGE: &str = "answers more than expected";
const BREAKS_OFF: &str = "breaks off its answer";

/// A response that was read to its end.
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The header `Total-Number` of a page.
    pub(crate) total: Option<usize>,
    body: Vec<u8>,
}

impl Answer {
    /// Reads a response. If the response is too large or ends early, returns what is wrong.
    pub(crate) async fn read(mut response: reqwest::Response) -> Result<Self, &'static str> {
        let status = response.status().as_u16();
        let total = response.headers().get("total-number");
        let total = total.and_then(|value| value.to_str().ok()?.parse().ok());
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|_| BREAKS_OFF)? {
            if body.len() + chunk.len() > LARGEST {
                return Err(TOO_LARGE);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Self {
            status,
            total,
            body,
        })
    }

    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Parses the body of a successful response.
    pub(crate) fn json<T: DeserializeOwned>(&self, call: &str) -> Result<T, Error> {
        serde_json::from_slice(&self.body).map_err(|_| Error::Answer {
            call: call.to_owned(),
            problem: "does not answer as Logto does",
        })
    }

    /// Returns Logto's error code, such as `scope.name_exists`.
    pub(crate) fn code(&self) -> Option<String> {
        self.error_field("code")
    }

    /// Whether the Management API does not accept the token. Logto also answers 403 for other reasons, such
    /// as a limit of the tenant's plan. The error codes of these reasons do not begin with `auth.`.
    pub(crate) fn refuses_token(&self) -> bool {
        let is_refused = matches!(self.status, 401 | 403);
        is_refused && self.code().is_none_or(|code| code.starts_with("auth."))
    }

    /// Returns the error code of the token endpoint (RFC 6749 §5.2), such as `invalid_client`.
    pub(crate) fn oauth_error(&self) -> Option<String> {
        self.error_field("error")
    }

    /// Returns the HTTP status with which the receiver of a webhook answered Logto's test call. Logto's error
    /// about the test call contains this status.
    #[cfg(feature = "reconciler")]
    pub(crate) fn reported_status(&self) -> Option<u16> {
        let body: Value = serde_json::from_slice(&self.body).ok()?;
        u16::try_from(body["data"]["responseStatus"].as_u64()?).ok()
    }

    /// Returns a JSON field of the error if the value looks like a code. Drops any other value, so that
    /// messages do not show arbitrary text of the response.
    fn error_field(&self, name: &str) -> Option<String> {
        let body: Value = serde_json::from_slice(&self.body).ok()?;
        let code = body[name].as_str()?;
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
        (code.len() <= 64 && code.chars().all(plain)).then(|| code.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_text_that_looks_like_a_code_is_taken_from_an_error() {
        for (body, code) in [
            (
                r#"{"code":"scope.name_exists","message":"x"}"#,
                Some("scope.name_exists"),
            ),
            (r#"{"code":"a b\u001b[31m"}"#, None),
            (r#"{"code":1}"#, None),
            (
                r#"{"code":"entity.not_found","error":7,"data":{"responseStatus":"x"}}"#,
                Some("entity.not_found"),
            ),
            (
                r#"{"code":"scope.not_found","data":[]}"#,
                Some("scope.not_found"),
            ),
            (r#"{}"#, None),
            ("[]", None),
            ("7", None),
            ("<html>", None),
        ] {
            let answer = Answer {
                status: 422,
                total: None,
                body: body.into(),
            };
            assert_eq!(answer.code().as_deref(), code, "{body}");
        }
    }
}
