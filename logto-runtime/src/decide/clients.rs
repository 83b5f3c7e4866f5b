//! The names of client applications, and the check of a token's client. A guard refers to a client by its
//! name or by its id.

use super::{error::DecisionError, misconfiguration::Misconfiguration};
use crate::{config::ConfigError, policy::requirement::Requirement, verify::Verified};

/// The length of the ids that Logto gives to applications, in characters.
const ID_LENGTH: usize = 21;

/// The names of client applications, each with the application's id.
#[derive(Clone, Debug, Default)]
pub(crate) struct Clients(Vec<(String, String)>);

impl Clients {
    pub(crate) fn add(&mut self, name: String, id: String) -> Result<(), ConfigError> {
        let problem = |problem| {
            Err(ConfigError::ClientName {
                name: name.clone(),
                problem,
            })
        };
        if !is_name(&name) {
            return problem(
                "is not a valid name; use lower-case letters, digits, - and _, begin with a \
                 letter, and do not use an application's id",
            );
        }
        if id.is_empty() || id.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return problem(
                "has an id that is empty or contains white space or a control character; copy the \
                 App ID of the application from Logto's console",
            );
        }
        match self.0.iter().find(|(known, _)| *known == name) {
            Some((_, known)) if *known != id => {
                problem("is used for two ids; give each application its own name")
            }
            Some(_) => Ok(()),
            None => {
                self.0.push((name, id));
                Ok(())
            }
        }
    }

    /// Returns the id of a client. `written` is the text in a requirement: the name or the id of the client.
    pub(crate) fn id_of(&self, written: &'static str) -> Result<&str, Misconfiguration> {
        if !is_name(written) {
            return Ok(written);
        }
        let known = self.0.iter().find(|(name, _)| name == written);
        known
            .map(|(_, id)| id.as_str())
            .ok_or(Misconfiguration::UnknownClient(written))
    }

    /// Returns the id of a client. `written` is the text in a requirement. If no client has this name, returns
    /// the text as it is.
    #[cfg(feature = "utoipa")]
    pub(crate) fn id_or_written<'a>(&'a self, written: &'a str) -> &'a str {
        let known = self.0.iter().find(|(name, _)| name == written);
        known.map_or(written, |(_, id)| id)
    }

    /// Returns the names of all clients.
    pub(crate) fn names(&self) -> Vec<&str> {
        self.0.iter().map(|(name, _)| name.as_str()).collect()
    }
}

/// Checks the client that the token was issued to, if the requirement names a client. Compares ids byte for
/// byte.
pub(super) fn client_fits(
    requirement: &Requirement,
    token: &Verified,
    clients: &Clients,
) -> Result<(), DecisionError> {
    match requirement.client() {
        None => Ok(()),
        Some(written) if clients.id_of(written)? == token.client_id() => Ok(()),
        Some(_) => Err(DecisionError::Client),
    }
}

/// Returns whether the text has the form of a client's name. A text in the form of an id is not a name.
///
/// The ids that Logto gives consist of 21 lower-case letters and digits. A client with a client ID metadata
/// document uses the URL of this document as its id.
#[must_use]
pub fn is_name(text: &str) -> bool {
    let id = text.len() == ID_LENGTH
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    let named = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
    !id && text.starts_with(|c: char| c.is_ascii_lowercase()) && text.chars().all(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "abcdefghij0123456789k";

    #[test]
    fn ids_and_malformed_names_are_not_names() {
        for (text, name) in [
            ("my-spa", true),
            ("a", true),
            ("web_2", true),
            ("abcdefghij0123456789kl", true),
            ("abcdefghij0123456789", true),
            ("abcdefghij-123456789k", true),
            (ID, false),
            ("", false),
            ("2web", false),
            ("My-spa", false),
            ("https://client.example.com/metadata.json", false),
        ] {
            assert_eq!(is_name(text), name, "{text:?}");
        }
    }

    #[test]
    fn a_name_has_one_id_and_an_id_needs_no_name() {
        let mut clients = Clients::default();
        clients.add("my-spa".into(), ID.into()).unwrap();
        clients.add("my-spa".into(), ID.into()).unwrap();
        assert_eq!(clients.id_of("my-spa"), Ok(ID));
        assert_eq!(clients.id_of(ID), Ok(ID));
        let unknown = Misconfiguration::UnknownClient("my-cli");
        assert_eq!(clients.id_of("my-cli"), Err(unknown));
        for (name, id, problem) in [
            ("my-spa", "another", "used for two ids"),
            ("My spa", ID, "not a valid name"),
            ("", ID, "not a valid name"),
            (ID, ID, "not a valid name"),
            ("my-cli", "", "empty or contains white space"),
            ("my-cli", " x", "empty or contains white space"),
            ("my-cli", "x\n", "empty or contains white space"),
        ] {
            let error = clients.add(name.into(), id.into()).unwrap_err().to_string();
            assert!(error.contains(problem), "{name:?} {id:?}: {error}");
        }
        assert_eq!(clients.names(), ["my-spa"]);
    }
}
