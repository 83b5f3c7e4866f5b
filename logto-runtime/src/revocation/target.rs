//! [`Target`]: whose tokens an entry of the list of revocations revokes.

/// Whose tokens an entry revokes. Ids are compared byte for byte.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Target {
    /// Tokens with this user or application as subject or actor.
    Subject(Box<str>),
    /// Tokens that were issued to this application.
    Client(Box<str>),
    /// Tokens for this organization, with this user or application as subject, client or actor.
    Member {
        /// The organization.
        organization: Box<str>,
        /// The user or the application.
        id: Box<str>,
    },
    /// Tokens that do not name an organization, with this user as subject or actor.
    Unbound(Box<str>),
    /// Tokens for this organization.
    Organization(Box<str>),
    /// The token with this `jti`.
    Token(Box<str>),
    /// Every token of the tenant.
    Everything,
}

/// The kind of a target. [`as_str`](Self::as_str) is its name in logs, in metrics and in the log of
/// revocations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Subject,
    Client,
    Member,
    Unbound,
    Organization,
    Token,
    Everything,
}

impl Target {
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Subject(_) => Kind::Subject,
            Self::Client(_) => Kind::Client,
            Self::Member { .. } => Kind::Member,
            Self::Unbound(_) => Kind::Unbound,
            Self::Organization(_) => Kind::Organization,
            Self::Token(_) => Kind::Token,
            Self::Everything => Kind::Everything,
        }
    }

    /// Returns the organization of a [`Member`](Self::Member), and the id of any target except
    /// [`Everything`](Self::Everything).
    pub(crate) fn ids(&self) -> (Option<&str>, Option<&str>) {
        match self {
            Self::Member { organization, id } => (Some(organization), Some(id)),
            Self::Subject(id)
            | Self::Client(id)
            | Self::Unbound(id)
            | Self::Organization(id)
            | Self::Token(id) => (None, Some(id)),
            Self::Everything => (None, None),
        }
    }
}

impl Kind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Client => "client",
            Self::Member => "member",
            Self::Unbound => "unbound",
            Self::Organization => "organization",
            Self::Token => "token",
            Self::Everything => "everything",
        }
    }
}
