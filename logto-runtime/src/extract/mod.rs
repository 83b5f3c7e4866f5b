//! What handlers take: guards, and who calls.

pub(crate) mod auth_info;
pub(crate) mod authenticate;
mod check;
pub(crate) mod claims;
pub(crate) mod grant;
pub(crate) mod guard;
pub(crate) mod organization;
pub(crate) mod passed;
pub(crate) mod public;
pub(crate) mod routing;
