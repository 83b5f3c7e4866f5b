//! The signing keys of a test tenant, and their rotation.

use aws_lc_rs::digest;
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};

use super::signing_key::SigningKey;
use crate::token::algorithm::Algorithm;

/// The tenant's signing keys.
pub(super) struct KeyRing {
    current: SigningKey,
    /// The staged key, which [`promote`](Self::promote) makes the current one.
    next: Option<SigningKey>,
    /// The key that signed before the current one.
    previous: Option<SigningKey>,
    /// The text to serve instead of the key set.
    served: Option<String>,
}

impl KeyRing {
    pub(super) fn new(current: SigningKey) -> Self {
        Self {
            current,
            next: None,
            previous: None,
            served: None,
        }
    }

    pub(super) fn current(&self) -> &SigningKey {
        &self.current
    }

    /// Returns the first listed key that was made for this algorithm. For an RSA algorithm without such a
    /// key, returns the first listed RSA key.
    pub(super) fn signing(&self, algorithm: Algorithm) -> Option<&SigningKey> {
        self.listed()
            .find(|key| key.algorithm() == algorithm)
            .or_else(|| self.listed().find(|key| key.can_sign(algorithm)))
    }

    /// Makes this key the current one, without a grace period. Removes a staged key.
    pub(super) fn rotate(&mut self, key: SigningKey) {
        self.previous = Some(std::mem::replace(&mut self.current, key));
        self.next = None;
    }

    /// Lists this key after the current one. The current key still signs.
    pub(super) fn stage(&mut self, key: SigningKey) {
        self.next = Some(key);
    }

    /// Makes the staged key the current one. Returns `false` if no key is staged.
    pub(super) fn promote(&mut self) -> bool {
        match self.next.take() {
            Some(key) => {
                self.rotate(key);
                true
            }
            None => false,
        }
    }

    pub(super) fn forget_previous(&mut self) {
        self.previous = None;
    }

    /// Serves this text instead of the key set. With `None`, serves the key set again.
    pub(super) fn serve(&mut self, document: Option<String>) {
        self.served = document;
    }

    /// Returns the keys in the order in which a Logto server lists them.
    pub(super) fn listed(&self) -> impl Iterator<Item = &SigningKey> {
        std::iter::once(&self.current)
            .chain(&self.next)
            .chain(&self.previous)
    }

    /// Returns the key set document.
    pub(super) fn document(&self) -> String {
        if let Some(document) = &self.served {
            return document.clone();
        }
        let keys: Vec<_> = self.listed().map(SigningKey::jwk_json).collect();
        format!(r#"{{"keys":[{}]}}"#, keys.join(","))
    }
}

/// Returns an entity tag like those of Logto servers: the document's length in hexadecimal, then a digest.
pub(super) fn entity_tag(document: &str) -> String {
    let digest = digest::digest(&digest::SHA256, document.as_bytes());
    let digest = STANDARD_NO_PAD.encode(&digest.as_ref()[..20]);
    format!("\"{:x}-{digest}\"", document.len())
}

#[cfg(test)]
mod tests {
    use Algorithm::{ES256, ES384, EdDSA, PS384, RS256};

    use super::*;

    fn ring() -> KeyRing {
        KeyRing::new(SigningKey::generate(ES384))
    }

    fn listed(ring: &KeyRing) -> Vec<Algorithm> {
        ring.listed().map(SigningKey::algorithm).collect()
    }

    #[test]
    fn rotation_lists_the_new_key_first_and_keeps_only_one_older_key() {
        let mut ring = ring();
        ring.rotate(SigningKey::generate(ES256));
        assert_eq!(listed(&ring), [ES256, ES384]);
        ring.rotate(SigningKey::generate(EdDSA));
        assert_eq!(listed(&ring), [EdDSA, ES256]);
        ring.forget_previous();
        assert_eq!(listed(&ring), [EdDSA]);
    }

    #[test]
    fn a_staged_key_is_listed_between_the_current_and_the_previous_one() {
        let mut ring = ring();
        ring.rotate(SigningKey::generate(ES256));
        ring.stage(SigningKey::generate(EdDSA));
        assert_eq!(listed(&ring), [ES256, EdDSA, ES384]);
        assert_eq!(ring.current().algorithm(), ES256);
        assert!(ring.promote());
        assert_eq!(listed(&ring), [EdDSA, ES256]);
        assert!(!ring.promote());
    }

    #[test]
    fn a_listed_rsa_key_can_sign_with_another_rsa_algorithm() {
        let mut ring = ring();
        ring.rotate(SigningKey::generate(RS256));
        ring.rotate(SigningKey::generate(ES256));
        assert_eq!(ring.signing(PS384).map(SigningKey::algorithm), Some(RS256));
        assert!(ring.signing(ES384).is_none());
    }

    #[test]
    fn the_entity_tag_changes_with_the_document() {
        let mut ring = ring();
        let before = entity_tag(&ring.document());
        assert_eq!(before, entity_tag(&ring.document()));
        ring.rotate(SigningKey::generate(ES384));
        assert_ne!(before, entity_tag(&ring.document()));
    }
}
