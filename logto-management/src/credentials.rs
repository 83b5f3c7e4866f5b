//! [`Credentials`] of a machine-to-machine application.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::header::HeaderValue;
use url::form_urlencoded;

/// The id and secret of a machine-to-machine (M2M) application.
#[derive(Clone)]
pub struct Credentials {
    id: String,
    secret: String,
}

impl Credentials {
    /// Creates credentials from the id and secret that Logto's console shows.
    #[must_use]
    pub fn new(id: impl Into<String>, secret: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            secret: secret.into(),
        }
    }

    /// Returns the application's id, which is not a secret.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns the Authorization header, with id and secret encoded like form values (RFC 6749
    /// §2.3.1).
    pub(crate) fn header(&self) -> Option<HeaderValue> {
        let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect();
        let (id, secret): (String, String) = (encoded(&self.id), encoded(&self.secret));
        let value = format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));
        let mut header = HeaderValue::try_from(value).ok()?;
        header.set_sensitive(true);
        Some(header)
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_secret_is_not_shown() {
        let credentials = Credentials::new("app", "s3cret/+");
        assert_eq!(
            format!("{credentials:?}"),
            "Credentials { id: \"app\", .. }"
        );
        let header = credentials.header().unwrap();
        assert!(header.is_sensitive());
        assert_eq!(
            header,
            format!("Basic {}", STANDARD.encode("app:s3cret%2F%2B"))
        );
    }
}
