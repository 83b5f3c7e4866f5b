//! The items that generated code names. Not public API: they change without notice.

#[cfg(feature = "utoipa")]
pub use crate::describe::openapi::{GuardMark, guard_mark};
pub use inventory::submit;

use crate::logto::state::LogtoState;
pub use crate::{
    describe::placed::{guard, policy, public},
    extract::{passed::Passed, public::Public},
    policy::{
        AnyOf, Policy,
        requirement::{
            OrganizationSource, Requirement,
            ScopeExpr::{All, Any, One},
            Subject,
        },
        scope::{Scope, ScopeOrigin, permission, scope, scope_name},
    },
};

/// Compiles only for a state in which guards find a `Logto`.
pub const fn assert_state<S: LogtoState + ?Sized>() {}
