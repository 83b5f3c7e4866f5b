//! What runs before the handler of a route, in order, so that the explorer can repeat it.

use std::any::TypeId;

use super::arguments::GuardedArguments;
use crate::{
    describe::inventory::guards,
    extract::organization_id::OrganizationId,
    layer::RequireLayer,
    logto::auth_info::AuthInfo,
    policy::{AnyPolicy, requirement::Requirement},
};

/// What runs before the handler of a route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Checks {
    pub(crate) entry: Entry,
    /// In the order in which they run. The first rejection is the answer.
    pub(crate) list: Vec<Check>,
}

/// How a request gets to the handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    /// The path of the table is a route.
    Route,
    /// No route matches. The path of the table ends with a stand-in, `/{*rest}`.
    Fallback,
    /// A route of a router that is not known. The path of the table ends with a stand-in, `/{*rest}`.
    Nested,
}

/// A guard, or an extractor of this crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Check {
    /// A guard on the handler.
    Guard(&'static Requirement),
    /// A guard around the route.
    Layer {
        requirement: &'static Requirement,
        leaf: bool,
    },
    /// `AuthInfo`, or an optional one.
    Caller { optional: bool },
    /// `OrganizationId`, or an optional one.
    Organization { optional: bool },
}

impl Checks {
    /// Returns what runs before a handler with these arguments. A type that neither this crate nor
    /// the inventory knows is left out.
    pub(super) fn of_handler<T: GuardedArguments>() -> Self {
        let first = T::first();
        let mut list: Vec<_> = first.map(Check::Guard).into_iter().collect();
        for (position, argument) in T::types().into_iter().enumerate() {
            let is_first = position == 0 && first.is_some();
            let guarding = guards()
                .filter(|guard| !is_first && guard.is_argument(argument))
                .filter_map(|guard| guard.requirement.map(Check::Guard));
            // Several entries can have this type: an equal policy on several functions. One is enough.
            list.extend(guarding.take(1));
            list.extend(Check::of_extractor(argument));
        }
        Self {
            entry: Entry::Route,
            list,
        }
    }

    /// Returns what runs before the routes of a router that is not known.
    pub(super) fn of_nested(guard: impl Into<Option<Check>>) -> Self {
        Self {
            entry: Entry::Nested,
            list: guard.into().into_iter().collect(),
        }
    }

    /// Returns the requirements of the guards, in the order in which they run.
    pub(crate) fn requirements(&self) -> impl Iterator<Item = &'static Requirement> {
        self.list.iter().filter_map(|check| match check {
            Check::Guard(requirement) | Check::Layer { requirement, .. } => Some(*requirement),
            Check::Caller { .. } | Check::Organization { .. } => None,
        })
    }
}

impl Check {
    pub(super) fn of_layer<P: AnyPolicy>(guard: &RequireLayer<P>) -> Self {
        Self::Layer {
            requirement: &P::REQUIREMENT,
            leaf: guard.is_leaf(),
        }
    }

    fn of_extractor(argument: TypeId) -> Option<Self> {
        let known = [
            (TypeId::of::<AuthInfo>(), Self::Caller { optional: false }),
            (
                TypeId::of::<Option<AuthInfo>>(),
                Self::Caller { optional: true },
            ),
            (
                TypeId::of::<OrganizationId>(),
                Self::Organization { optional: false },
            ),
            (
                TypeId::of::<Option<OrganizationId>>(),
                Self::Organization { optional: true },
            ),
        ];
        known
            .into_iter()
            .find(|(extractor, _)| *extractor == argument)
            .map(|(_, check)| check)
    }
}
