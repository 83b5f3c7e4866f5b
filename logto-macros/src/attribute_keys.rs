//! Which `key = value` arguments each attribute takes.

use crate::kind::Kind;

impl Kind {
    /// Returns the keys of `key = value` arguments, in the order in which messages list them.
    pub(crate) const fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Authenticated => &["resource", "subject", "client", "state", "logto", "crate"],
            Self::Scopes | Self::OrganizationScopes => &[
                "resource", "org", "subject", "client", "state", "logto", "crate",
            ],
            Self::OrganizationPermission => {
                &["org", "subject", "client", "state", "logto", "crate"]
            }
            Self::Alternatives => &["credential", "state", "logto", "crate"],
            Self::Public | Self::ByHand => &["crate"],
        }
    }

    pub(crate) fn takes(self, key: &str) -> bool {
        self.keys().contains(&key)
    }
}
