//! [`Persona`], a caller of the API: a column of the explorer's table.

use super::{row::Row, token_request::Wanted};

/// A text that does not have the form of a token.
const GARBAGE: &str = "garbage";

/// An opaque token, as Logto issues it to a user whose client names no resource.
const OPAQUE: &str = "7bHk0QyqNfXo3c2wDsrVzTg5LJmUa9pCeYiR1xKdW4E";

/// A column: a caller, and what the caller sends.
pub(super) struct Persona {
    /// The heading above the columns of the group.
    pub(super) group: String,
    /// The name within the group.
    pub(super) short: String,
    /// The name, which is unique across all groups.
    pub(super) name: String,
    /// A remark on the caller, such as an id in the tenant.
    pub(super) note: Option<String>,
    pub(super) credentials: Box<CredentialsFor>,
}

/// Returns the credentials that a caller can send to a route. A persona of a `TestTenant` has a token for
/// each token request of the route. Any other persona sends the same credentials to all routes.
type CredentialsFor = dyn Fn(&Row, &[Wanted]) -> Vec<Credentials> + Send + Sync;

/// What a caller sends in the `Authorization` header.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Credentials {
    Nothing,
    /// This token. The curl commands on the page show it.
    Token(String),
    /// A token that somebody pasted. The page shows its claims, but not the token.
    Pasted(String),
}

impl Credentials {
    pub(super) fn token(&self) -> Option<&str> {
        match self {
            Self::Nothing => None,
            Self::Token(token) | Self::Pasted(token) => Some(token),
        }
    }
}

impl Persona {
    pub(super) fn new(
        group: &str,
        short: &str,
        name: impl Into<String>,
        credentials: impl Fn(&Row, &[Wanted]) -> Vec<Credentials> + Send + Sync + 'static,
    ) -> Self {
        Self {
            group: group.to_owned(),
            short: short.to_owned(),
            name: name.into(),
            note: None,
            credentials: Box::new(credentials),
        }
    }

    pub(super) fn noted(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// Returns a caller who sends the same credentials on each route.
    fn with(group: &str, short: &str, name: &str, credentials: Credentials) -> Self {
        Self::new(group, short, name, move |_, _| vec![credentials.clone()])
    }

    /// Returns the callers who need no tenant: their credentials are constants.
    pub(super) fn strangers() -> Vec<Self> {
        let group = "no access token";
        let token = |text: &str| Credentials::Token(text.to_owned());
        vec![
            Self::with(group, "nobody", "nobody", Credentials::Nothing)
                .noted("sends no Authorization header"),
            Self::with(group, "garbage", "garbage", token(GARBAGE)).noted("a text, not a token"),
            Self::with(group, "opaque token", "opaque token", token(OPAQUE))
                .noted("of a user whose client did not name a resource"),
        ]
    }

    /// Returns the caller whose token somebody pasted.
    pub(super) fn pasted(token: String) -> Self {
        Self::with(
            "yours",
            "pasted token",
            "pasted token",
            Credentials::Pasted(token),
        )
    }
}
