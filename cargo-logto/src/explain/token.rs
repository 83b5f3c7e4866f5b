//! Reads the token, and reads claims without verifying them.

use std::io::{self, IsTerminal as _, Read as _};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value};

use crate::{cli::ExplainOptions, failure::Failure, text::plain};

/// The maximum length of a token, in bytes.
const LONGEST: usize = 64 * 1024;

/// The maximum number of bytes that are read from standard input. Leaves room for `Bearer ` and white space.
const MOST_INPUT: usize = LONGEST + 4 * 1024;

/// The claims that are shown. Others can be personal data.
const SHOWN: [&str; 8] = [
    "iss",
    "aud",
    "sub",
    "client_id",
    "organization_id",
    "scope",
    "iat",
    "exp",
];

/// Reads the token from the argument, or from standard input.
pub(super) fn read(options: ExplainOptions) -> Result<String, Failure> {
    let text = match options.token.as_str() {
        "-" => {
            if io::stdin().is_terminal() {
                note!("paste the token, then press Enter and Ctrl-D:");
            }
            standard_input()?
        }
        _ => options.token,
    };
    let token = text.trim();
    // Users also paste the whole value of the `Authorization` header.
    let token = token.strip_prefix("Bearer ").unwrap_or(token).trim();
    if token.is_empty() {
        return Err(Failure::configuration(
            "no token was given; pass one as an argument, or pipe one in: `cargo logto token … | \
             cargo logto explain`",
        ));
    }
    if token.len() > LONGEST {
        return Err(too_long());
    }
    Ok(token.to_owned())
}

/// Reads standard input to its end. Fails if it is too long, because the start of a token is not that token.
fn standard_input() -> Result<String, Failure> {
    let unreadable = || Failure::configuration("can't read a token from standard input");
    let mut bytes = Vec::new();
    // One more byte shows that the input is too long.
    let mut input = io::stdin().lock().take(MOST_INPUT as u64 + 1);
    input.read_to_end(&mut bytes).map_err(|_| unreadable())?;
    if bytes.len() > MOST_INPUT {
        return Err(too_long());
    }
    String::from_utf8(bytes).map_err(|_| unreadable())
}

fn too_long() -> Failure {
    let limit = LONGEST / 1024;
    Failure::configuration(format!(
        "the token is longer than {limit} KiB; pass one access token, and nothing else"
    ))
}

/// Returns the [`SHOWN`] claims of a JWT, without verifying them. Returns `None` if the text does not have
/// such claims.
pub(super) fn unverified(token: &str) -> Option<String> {
    let payload = token.split('.').nth(1)?;
    let payload = URL_SAFE_NO_PAD.decode(payload).ok()?;
    let claims: Map<String, Value> = serde_json::from_slice(&payload).ok()?;
    let shown: Vec<String> = SHOWN
        .iter()
        .filter_map(|name| Some(format!("{name} = {}", claims.get(*name)?)))
        .collect();
    (!shown.is_empty()).then(|| plain(&shown.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_listed_claims_of_a_jwt_are_shown() {
        let payload = r#"{"iss":"https://t/oidc","email":"a@b.example","exp":1}"#;
        let token = format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(payload));
        let shown = unverified(&token).unwrap();
        assert_eq!(shown, "iss = \"https://t/oidc\", exp = 1");
        for opaque in ["abc", "a.b", "a.e30", ""] {
            assert_eq!(unverified(opaque), None, "{opaque}");
        }
    }

    #[test]
    fn a_token_is_read_from_a_pasted_header_value() {
        for text in ["abc", " abc\n", "Bearer abc"] {
            let options = ExplainOptions {
                token: text.to_owned(),
            };
            assert_eq!(read(options), Ok("abc".to_owned()), "{text:?}");
        }
    }
}
