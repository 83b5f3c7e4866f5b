//! The signature of a delivery (one call of a webhook): HMAC-SHA-256 over the raw body (RFC 2104).

use aws_lc_rs::hmac;
use http::HeaderMap;

use crate::config::ConfigError;

/// The header with the signature.
pub(crate) const HEADER: &str = "logto-signature-sha-256";

/// The fewest characters that a signing key may have. Keys that Logto makes have 32.
const SHORTEST_KEY: usize = 16;

/// The keys with which a webhook may be signed.
pub(super) struct SigningKeys(Vec<hmac::Key>);

/// The signature in the header of a request.
pub(super) struct Signature([u8; 32]);

impl SigningKeys {
    pub(super) fn new(keys: impl IntoIterator<Item: Into<String>>) -> Result<Self, ConfigError> {
        let mut accepted = Vec::new();
        for key in keys {
            let key: String = key.into();
            check(&key)?;
            accepted.push(hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes()));
        }
        if accepted.is_empty() {
            return Err(setting_error(
                "without a key".to_owned(),
                "give it the signing key of the webhook in the Logto console",
            ));
        }
        Ok(Self(accepted))
    }

    /// Whether the body was signed with one of the keys. The check takes the same time for wrong and right
    /// signatures. So the time does not help to guess a signature.
    pub(super) fn signed(&self, body: &[u8], signature: &Signature) -> bool {
        self.0.iter().fold(false, |signed, key| {
            hmac::verify(key, body, &signature.0).is_ok() | signed
        })
    }
}

impl Signature {
    /// Reads the signature header. Returns `None` if it is absent, repeated, or not 64 lower-case hexadecimal
    /// digits.
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        let mut values = headers.get_all(HEADER).iter();
        let (Some(value), None) = (values.next(), values.next()) else {
            return None;
        };
        let text = value.as_bytes();
        let mut bytes = [0; 32];
        if text.len() != 2 * bytes.len() {
            return None;
        }
        for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Some(Self(bytes))
    }
}

fn digit(text: u8) -> Option<u8> {
    match text {
        b'0'..=b'9' => Some(text - b'0'),
        b'a'..=b'f' => Some(text - b'a' + 10),
        _ => None,
    }
}

/// Checks a key. The error does not contain the key.
fn check(key: &str) -> Result<(), ConfigError> {
    let characters = key.chars().count();
    let value = format!("given a key of {characters} characters");
    if key.trim() != key {
        let problem = "the key has white space around it; copy it from the webhook in the Logto \
                       console without a line break";
        return Err(setting_error(value, problem));
    }
    if characters < SHORTEST_KEY {
        let problem = "a signing key has at least 16 characters; copy it from the webhook in the \
                       Logto console";
        return Err(setting_error(value, problem));
    }
    Ok(())
}

fn setting_error(value: String, problem: &'static str) -> ConfigError {
    ConfigError::Setting {
        setting: "webhook",
        value,
        problem,
    }
}
