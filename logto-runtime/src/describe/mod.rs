//! Describes the guards of a program. This does not need a request.
//!
//! In: the entry that each attribute adds to the program at compile time. Out:
//!
//! - the list of guards ([`inventory`])
//! - protected resource metadata (RFC 9728)
//! - descriptions of guarded operations in an OpenAPI document (feature `utoipa`). This part also reads the
//!   marks (extensions) that attributes add to the document.
//!
//! Descriptions and guards use the same constants. Only attributes are listed. Layers, and policies that are
//! implemented by hand, are not.
//!
//! Read `entries.rs` (creates the entries), `inventory.rs`, `resource_metadata.rs` and `openapi/`.

pub(crate) mod entries;
pub mod inventory;
#[cfg(feature = "utoipa")]
pub(crate) mod openapi;
pub(crate) mod resource_metadata;
