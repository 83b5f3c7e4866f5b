//! Says which tenant may use a log name. An entry of the log does not say to which tenant it belongs. So if
//! two tenants used one log, the revocations of each would refuse the users of the other. The beats of one
//! receiver would also hide that the other receiver is dead.

use std::sync::{Arc, Mutex, PoisonError};

use crate::revocation::log::LogError;

/// The log names that clones of one log were set up with, each with its tenant. All clones share this.
#[derive(Clone, Default)]
pub(super) struct Owners(Arc<Mutex<Vec<(String, String)>>>);

impl Owners {
    /// Returns whether this tenant may use this log name. The first tenant that asks for a name owns it.
    /// Without a tenant, as in a test of the log alone, the name stays free.
    pub(super) fn check(&self, log_name: &str, tenant: &str) -> Result<(), Unusable> {
        if log_name.trim().is_empty() {
            return Err(Unusable::BlankName);
        }
        let mut owners = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match owners.iter().find(|(name, _)| name == log_name) {
            _ if tenant.is_empty() => Ok(()),
            Some((_, owner)) if owner == tenant => Ok(()),
            Some(_) => Err(Unusable::OfOtherTenant(log_name.to_owned())),
            None => {
                owners.push((log_name.to_owned(), tenant.to_owned()));
                Ok(())
            }
        }
    }
}

/// Why no call of a log may reach the server.
#[derive(Clone)]
pub(super) enum Unusable {
    BlankName,
    /// The list of another tenant was started with this log name before.
    OfOtherTenant(String),
}

impl Unusable {
    pub(super) fn error(&self) -> LogError {
        match self {
            Self::BlankName => LogError::new(
                "in Redis has a blank `log_name`; write a name that only this tenant uses, or leave \
                 `log_name` out",
            ),
            Self::OfOtherTenant(name) => LogError::new(format!(
                "in Redis has the `log_name` {name:?}, which the list of another tenant already uses; give \
                 this list another `log_name`"
            )),
        }
    }
}
