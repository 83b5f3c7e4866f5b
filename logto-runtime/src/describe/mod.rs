//! What guards say of themselves.

pub mod inventory;
#[cfg(feature = "utoipa")]
pub(crate) mod openapi;
pub(crate) mod placed;
pub(crate) mod resource_metadata;
