//! What handlers take: guards, and who calls.

mod auth_info;
mod authenticate;
mod claims;
mod guard;
mod organization;
mod public;
mod routing;

pub use self::{claims::Claims, guard::Guard, public::Public};
pub(crate) use self::{guard::Keep, routing::same_organization};
