//! [`Revocation`], with which a program revokes tokens itself.

use super::{
    Revocations,
    horizon::Margin,
    id::check_id,
    log::LogError,
    record::{REVOKE, Record, Source},
    target::Target,
};

/// Whose tokens to revoke, for [`Revocations::revoke`].
///
/// Ids of users, applications and organizations are those of the Logto console. They are compared byte for
/// byte.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "pass it to `Revocations::revoke`"]
pub struct Revocation {
    pub(super) target: Target,
    requested_by: Option<String>,
}

/// Why [`Revocations::revoke`] failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RevokeError {
    /// An id is empty or longer than 4 KiB. Nothing was revoked.
    #[error("an id of the revocation {problem}; pass an id of the Logto console, or a `jti`")]
    Id {
        /// What is wrong with the id.
        problem: &'static str,
    },
    /// The entry of the revocation could not be appended to the log. This process refuses the tokens, and
    /// tries again until the entry is in the log.
    #[error("revoked in this process, but not yet in others: {0}")]
    NotLogged(LogError),
}

impl Revocation {
    fn new(target: Target) -> Self {
        Self {
            target,
            requested_by: None,
        }
    }

    /// Revokes the tokens of a user or a machine-to-machine application. Also revokes the tokens with which
    /// this user or application acts for somebody else (the `act` claim, RFC 8693 §4.1).
    pub fn subject(id: impl Into<String>) -> Self {
        Self::new(Target::Subject(boxed(id)))
    }

    /// Revokes the tokens that were issued to an application, for all of its users.
    pub fn client(id: impl Into<String>) -> Self {
        Self::new(Target::Client(boxed(id)))
    }

    /// Revokes the tokens for this organization that belong to a user, or that were issued to an application.
    /// Also revokes the tokens for this organization with which the user or application acts for somebody
    /// else.
    ///
    /// A user's token that does not name an organization has the scopes of all organizations of the user.
    /// This revocation does not apply to such tokens. Revoke them with [`unbound`](Self::unbound).
    pub fn member(organization: impl Into<String>, id: impl Into<String>) -> Self {
        Self::new(Target::Member {
            organization: boxed(organization),
            id: boxed(id),
        })
    }

    /// Revokes those tokens of a user that do not name an organization. Also revokes such tokens with which
    /// the user acts for somebody else.
    pub fn unbound(subject: impl Into<String>) -> Self {
        Self::new(Target::Unbound(boxed(subject)))
    }

    /// Revokes all tokens for an organization.
    pub fn organization(id: impl Into<String>) -> Self {
        Self::new(Target::Organization(boxed(id)))
    }

    /// Revokes the one token with this `jti`.
    pub fn token(token_id: impl Into<String>) -> Self {
        Self::new(Target::Token(boxed(token_id)))
    }

    /// Revokes every token of the tenant. Every client must then get a new token.
    pub fn everything() -> Self {
        Self::new(Target::Everything)
    }

    /// Names the person or the system that revokes, for the audit event. By default, the event does not
    /// name anybody.
    pub fn requested_by(mut self, name: impl Into<String>) -> Self {
        self.requested_by = Some(name.into());
        self
    }

    /// Returns the margin: for how long after the call new tokens are refused.
    fn margin(&self) -> Margin {
        match self.target {
            // All clients need new tokens at once, so new tokens must be accepted.
            Target::Everything => Margin::Changed,
            _ => Margin::OurClock,
        }
    }
}

impl Revocations {
    /// Revokes the tokens that a [`Revocation`] describes, if they were issued until now.
    ///
    /// If a webhook or a token has shown that Logto's clock is ahead, *now* comes from Logto's clock.
    /// Otherwise, *now* comes from the clock of this service. The two clocks may differ, so tokens that are
    /// issued within the next five seconds are refused too, except by [`Revocation::everything`].
    ///
    /// Nothing lifts a revocation. Tokens that are issued later are accepted.
    ///
    /// # Errors
    ///
    /// - [`RevokeError::Id`] if an id is empty or longer than 4 KiB. Nothing is revoked then.
    /// - [`RevokeError::NotLogged`] if the entry of the revocation could not be appended to the log. A list
    ///   with a log also returns this error outside a tokio runtime with a timer. This process refuses the
    ///   tokens, and tries again. Other replicas refuse the tokens only after the entry is in the log.
    pub async fn revoke(&self, revocation: Revocation) -> Result<(), RevokeError> {
        let (organization, id) = revocation.target.ids();
        for id in [organization, id].into_iter().flatten() {
            check_id(id).map_err(|problem| RevokeError::Id { problem })?;
        }
        let margin = revocation.margin();
        let record = Record::at(self.logto_millis(), margin, revocation.target);
        self.apply(
            &[record],
            &Source {
                event: REVOKE,
                actor: revocation.requested_by.as_deref(),
            },
        );
        self.flush().await.map_err(RevokeError::NotLogged)
    }
}

fn boxed(id: impl Into<String>) -> Box<str> {
    id.into().into_boxed_str()
}
