//! The code that the measurements share, such as alternating rounds, a counting allocator and a tenant.

pub mod allocations;
pub mod api;
pub mod bare;
pub mod case;
pub mod cases;
#[cfg(feature = "revocation")]
pub mod revocations;
pub mod rounds;
pub mod scale;
pub mod signed;
pub mod tenant;
