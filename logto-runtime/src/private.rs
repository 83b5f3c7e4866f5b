//! What generated code may name. Not public API: it changes without notice.

pub use crate::{
    extract::Guard,
    policy::Policy,
    requirement::{OrganizationSource, Requirement, ScopeExpr},
};
