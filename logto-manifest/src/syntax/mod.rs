//! Checks the text of scopes and resources.
//!
//! The input is a string from an attribute or from `logto.toml`. The output is `Ok`, or a message with the
//! mistake and the fix. The rules are:
//!
//! - A scope is a scope-token (RFC 6749, section 3.3). File: `scope`.
//! - A resource indicator is an absolute URI without a fragment (RFC 8707, section 2). An attribute
//!   accepts a resource indicator or the name of a resource. File: `resource`.
//!
//! `resource_indicators.txt` is a table of valid and invalid indicators. The builder of `logto-runtime`
//! checks indicators with code of its own. Both checks are tested with this table, so that they agree.

pub mod resource;
pub mod scope;
