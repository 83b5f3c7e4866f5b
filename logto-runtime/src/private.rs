//! What generated code may name. Not public API: it changes without notice.

pub use inventory::submit;

pub use crate::{
    extract::{Guard, Public},
    inventory::GuardInfo,
    policy::{AnyOf, Policy},
    requirement::{OrganizationSource, Requirement, ScopeExpr, Subject},
};
