//! What strangers send, as types.

pub(crate) mod access_token;
pub(crate) mod algorithm;
pub(crate) mod base64url;
pub(crate) mod bearer;
pub(crate) mod claims;
pub(crate) mod header;
pub(crate) mod json;
pub(crate) mod segments;
