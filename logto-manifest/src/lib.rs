//! Reads `logto.toml`, which lists the API resources, scopes and organization permissions of a
//! [Logto](https://logto.io) tenant.
//!
//! The attributes of [`logto-runtime`](https://docs.rs/logto-runtime) compare guards with the file while a
//! program compiles. `cargo logto` compares the file with the tenant. Both use this crate, so they accept the
//! same files and report the same mistakes.
//!
//! ```
//! use logto_manifest::Manifest;
//!
//! let manifest = Manifest::parse(
//!     r#"
//!     [[resource]]
//!     indicator = "https://api.example.com/products"
//!     default = true
//!     scopes = ["read:products"]
//!     "#,
//! )
//! .map_err(|mistakes| mistakes[0].message.clone())?;
//! let products = manifest.default_resource().ok_or("no default")?;
//! assert_eq!(
//!     manifest.wrong_scope(products, "read:prodcts").as_deref(),
//!     Some(
//!         "unknown scope `read:prodcts` for https://api.example.com/products; did you mean \
//!          `read:products`?"
//!     ),
//! );
//! # Ok::<(), String>(())
//! ```
//!
//! Files, in reading order:
//!
//! - `locate`: where the file is
//! - `syntax`: which texts are scopes, names and resource indicators
//! - `manifest`: the types of the file, and its parser
//! - `lookup`: the messages about names that the file does not declare
//! - `constants`: the names of the constants that `scopes!()` declares
//! - `suggest`: "did you mean" hints

#![forbid(unsafe_code)]

pub mod constants;
mod locate;
mod lookup;
mod manifest;
pub mod suggest;
pub mod syntax;

pub use self::{
    locate::{FILE_NAME, find},
    manifest::{Declared, Manifest, Mistake, Resource},
};
