//! What guards say of themselves.

pub(crate) mod inventory;
#[cfg(feature = "utoipa")]
pub(crate) mod openapi;
pub(crate) mod resource_metadata;
