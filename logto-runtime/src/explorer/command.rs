//! Writes the curl command that the explorer shows for a request.

use std::fmt::Write as _;

use http::Method;

use super::{persona::Credentials, row::Row};

/// A JSON body for requests to a route.
#[derive(Clone, Debug)]
pub(super) struct ExampleBody {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) json: String,
}

/// Returns the curl command for a POSIX shell. In place of a pasted token, the command has `$TOKEN`.
pub(super) fn curl(
    base: &str,
    row: &Row,
    credentials: &Credentials,
    bodies: &[ExampleBody],
) -> String {
    let route = &row.route;
    let body = |it: &&ExampleBody| it.method == route.method && it.path == route.path;
    let body = bodies.iter().find(body);
    let mut command = format!("curl -i {}", quoted(&format!("{base}{}", row.uri())));
    match &row.method {
        &Method::GET if body.is_none() => {}
        // Without `-I`, curl would wait for the body of the answer. With `-I`, curl can't send a body.
        &Method::HEAD => command.push_str(" -I"),
        // A `GET` with a body needs `-X`, too: with `-d`, which is added below, curl would send `POST`.
        method => {
            // Writing to a string does not fail.
            let _ = write!(command, " -X {method}");
        }
    }
    let mut header = |text: &str| {
        let _ = write!(command, " -H {}", quoted(text));
    };
    if let Some(organization) = &row.organization {
        for name in &row.headers {
            header(&format!("{name}: {organization}"));
        }
    }
    match credentials {
        Credentials::Nothing => {}
        Credentials::Token(token) => header(&format!("Authorization: Bearer {token}")),
        Credentials::Pasted(_) => command.push_str(" -H \"Authorization: Bearer $TOKEN\""),
    }
    if let Some(body) = body.filter(|_| row.method != Method::HEAD) {
        let json = quoted(&body.json);
        let _ = write!(command, " -H 'Content-Type: application/json' -d {json}");
    }
    command
}

/// Quotes a text for a POSIX shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_in_a_text_does_not_end_the_quoted_text() {
        assert_eq!(quoted("a'; rm -rf / #"), r"'a'\''; rm -rf / #'");
    }
}
