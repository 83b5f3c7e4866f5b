//! The access token as received.

use std::fmt;

/// An access token as received, untrusted and secret.
///
/// It does not implement `Display`, and `Debug` redacts it.
#[derive(Clone, Copy)]
pub(crate) struct AccessToken<'a>(&'a [u8]);

impl<'a> AccessToken<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(crate) fn as_bytes(self) -> &'a [u8] {
        self.0
    }
}

impl fmt::Debug for AccessToken<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessToken([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_redacts_the_token() {
        assert_eq!(
            format!("{:?}", AccessToken::new(b"eyJ.eyJ.sig")),
            "AccessToken([redacted])"
        );
    }
}
