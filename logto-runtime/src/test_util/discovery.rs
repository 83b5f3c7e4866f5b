//! The discovery document of a test tenant.
//!
//! The URLs of the endpoints have the host of the request. The issuer is always the tenant's.

use super::signing_key::SigningKey;
use crate::token::algorithm::Algorithm;

/// Returns the document. `base` is the origin of the endpoints.
pub(super) fn document<'a>(
    base: &str,
    issuer: &str,
    keys: impl Iterator<Item = &'a SigningKey>,
) -> String {
    include_str!("openid-configuration.json")
        .replace("{issuer}", issuer)
        .replace("{base}", base)
        .replace("[\"{algorithms}\"]", &algorithms(keys))
}

/// Returns the JSON list of the signing algorithms of ID tokens.
///
/// As recorded from Logto, an RS256 key adds both PS256 and RS256. RSA algorithms come first.
fn algorithms<'a>(keys: impl Iterator<Item = &'a SigningKey>) -> String {
    let mut names: Vec<&str> = Vec::new();
    for key in keys {
        let of_key: &[&str] = match key.algorithm() {
            Algorithm::RS256 => &["PS256", "RS256"],
            other => &[other.name()],
        };
        for &name in of_key {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names.sort_by_key(|name| !(name.starts_with("PS") || name.starts_with("RS")));
    let names: Vec<_> = names.iter().map(|name| format!("{name:?}")).collect();
    format!("[{}]", names.join(","))
}

#[cfg(test)]
mod tests {
    use Algorithm::{ES384, RS256};

    use super::*;

    #[test]
    fn each_algorithm_is_listed_once() {
        let keys = [RS256, ES384, RS256].map(SigningKey::generate);
        assert_eq!(algorithms(keys.iter()), r#"["PS256","RS256","ES384"]"#);
    }
}
