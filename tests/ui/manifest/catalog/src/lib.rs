//! A crate with a `logto.toml` of its own. Other crates use its constants.

logto_runtime::scopes!();
