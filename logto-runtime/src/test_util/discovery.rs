//! The discovery document. Its endpoints follow the request's `Host`, its issuer does not.

use super::signing_key::SigningKey;
use crate::token::algorithm::Algorithm;

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

/// What ID tokens may be signed with: as recorded, RSA keys also announce PS256, and first.
fn algorithms<'a>(keys: impl Iterator<Item = &'a SigningKey>) -> String {
    let mut names: Vec<&str> = Vec::new();
    for key in keys {
        let of_key: &[&str] = match key.algorithm() {
            Algorithm::RS256 => &["PS256", "RS256"],
            other => &[other.name()],
        };
        names.extend(of_key);
    }
    names.sort_by_key(|name| !(name.starts_with("PS") || name.starts_with("RS")));
    names.dedup();
    let names: Vec<_> = names.iter().map(|name| format!("{name:?}")).collect();
    format!("[{}]", names.join(","))
}
