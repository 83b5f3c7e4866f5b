//! What scopes and resources look like; the same for attributes and for `logto.toml`.

pub(crate) mod resource;
pub(crate) mod scope;
