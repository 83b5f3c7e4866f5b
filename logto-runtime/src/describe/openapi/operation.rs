//! Describes one operation: turns its marks into security requirements and responses.

use std::collections::BTreeMap;

use utoipa::openapi::{
    OpenApi,
    path::Operation,
    security::{SecurityRequirement, SecurityScheme},
};

use super::{
    alternatives,
    mark::GuardMark,
    places::Places,
    refusals::{self, Refusals},
    schemes::Schemes,
    token_request::TokenRequest,
};
use crate::logto::Logto;

/// The prefix of the keys of marks. A number follows, counted from the outermost attribute inwards.
const MARK: &str = "x-logto-guard-";

/// The security scheme that an attribute writes into its operation. It is not defined, so that an
/// operation that is never described does not look public.
const UNDESCRIBED: &str = "logto-undescribed";

/// Why an operation can't be described. The message ends with the fix.
#[derive(Debug, thiserror::Error)]
pub(super) enum Problem {
    /// The operation does not have a mark or `security(…)`, and the document has no default.
    #[error(
        "it does not say who may call it; write a guard or `#[public]` above \
         `#[utoipa::path(…)]`, or `security(…)` in it"
    )]
    NoGuard,
    /// The handler checks its callers by hand, and nothing says with which credentials.
    #[error(
        "its handler checks {0:?} by hand, which has no security scheme; write `security(…)` in \
         `#[utoipa::path(…)]`"
    )]
    CheckedByHand(String),
    /// A guard names a resource that the builder does not know.
    #[error("no resource has the name {0:?}: add `.named_resource({0:?}, \"https://…\")`")]
    UnknownResource(String),
    /// The guards have more than [`alternatives::MOST`] alternatives.
    #[error(
        "there are more than {} ways to meet its guards; write fewer alternatives",
        alternatives::MOST
    )]
    TooManyAlternatives,
    /// The guards can't be met with a single token.
    #[error("no token that Logto issues meets all its guards; change or remove one of them")]
    NeverMet,
    /// The handler has more guards than marks: a guard expands after `#[utoipa::path(…)]`.
    #[error(
        "a guard is below `#[utoipa::path(…)]`, where it expands too late to be described; \
         write it above"
    )]
    GuardBelow,
    /// A mark can't be read.
    #[error(
        "its extension {0} was not written by this version of logto-runtime; remove it, or use \
         one version of logto-runtime"
    )]
    ForeignMark(String),
}

pub(super) struct Describer<'a> {
    /// The schemes of each tenant.
    schemes: Vec<Schemes<'a>>,
    places: Places<'a>,
    refusals: Refusals,
    /// Whether the document restricts callers of operations that do not have `security(…)`.
    has_default: bool,
    /// Whether an operation with a guard was described.
    any_guard: bool,
}

impl<'a> Describer<'a> {
    pub(super) fn new(logto: &'a Logto, document: &OpenApi) -> Self {
        let places = Places::of(logto);
        let mut describer = Self {
            schemes: Schemes::of_tenants(logto),
            refusals: Refusals::of(logto, &places),
            places,
            has_default: document.security.as_deref().is_some_and(asks_for_something),
            any_guard: false,
        };
        describer.mark_schemes_as_used(document.security.as_deref().unwrap_or_default());
        describer
    }

    pub(super) fn describe(&mut self, operation: &mut Operation) -> Result<(), Problem> {
        let marks = take_marks(operation)?;
        if marks.is_empty() {
            let Some(security) = &operation.security else {
                return match self.has_default {
                    true => Ok(()),
                    false => Err(Problem::NoGuard),
                };
            };
            self.mark_schemes_as_used(security);
            return Ok(());
        }
        let guards: Vec<GuardMark> = marks.into_iter().flatten().collect();
        if guards.is_empty() {
            self.public(operation);
            return Ok(());
        }
        if guards.iter().any(|guard| guard.stacked > guards.len()) {
            return Err(Problem::GuardBelow);
        }
        let (by_hand, guards): (Vec<_>, Vec<_>) = guards
            .into_iter()
            .partition(|guard| guard.by_hand.is_some());
        if guards.is_empty() {
            return self.by_hand(operation, &by_hand);
        }
        operation.security = Some(self.requirements(&guards)?);
        self.refusals.add(operation, &guards);
        self.any_guard = true;
        Ok(())
    }

    /// Adds the components that descriptions refer to. Components of these names that the document
    /// already has stay.
    pub(super) fn finish(self, document: &mut OpenApi) {
        let components = document.components.get_or_insert_default();
        let used = self.schemes.into_iter().flat_map(Schemes::into_used);
        for (name, scheme) in used.chain(self.places.into_used()) {
            let schemes = &mut components.security_schemes;
            schemes
                .entry(name)
                .or_insert_with(|| SecurityScheme::into(scheme));
        }
        if self.any_guard && !self.refusals.own_bodies {
            let (name, schema) = refusals::schema();
            components.schemas.entry(name).or_insert(schema);
        }
    }

    /// Describes a public handler as open to everyone, unless it has `security(…)` of its own.
    fn public(&mut self, operation: &mut Operation) {
        let undescribed = SecurityRequirement::new(UNDESCRIBED, [""; 0]);
        match &operation.security {
            Some(own) if *own != [undescribed] => self.mark_schemes_as_used(own),
            _ => operation.security = Some(Vec::new()),
        }
    }

    /// Keeps the `security(…)` of a handler that checks its callers by hand, or the default of the
    /// document. Without either, it would look public.
    fn by_hand(&mut self, operation: &mut Operation, by_hand: &[GuardMark]) -> Result<(), Problem> {
        let texts: Vec<&str> = (by_hand.iter())
            .filter_map(|guard| guard.by_hand.as_deref())
            .collect();
        let text = texts.join(" and ");
        let undescribed = SecurityRequirement::new(UNDESCRIBED, [""; 0]);
        match &operation.security {
            Some(own) if *own != [undescribed] && asks_for_something(own) => {
                self.mark_schemes_as_used(own);
            }
            _ if self.has_default => operation.security = None,
            _ => return Err(Problem::CheckedByHand(text)),
        }
        refusals::add_by_hand(operation, &text);
        Ok(())
    }

    /// Returns the ways to call the operation: each token request of each tenant, in each place.
    fn requirements(&mut self, guards: &[GuardMark]) -> Result<Vec<SecurityRequirement>, Problem> {
        let mut requirements = Vec::new();
        for schemes in &mut self.schemes {
            for asked in token_requests(schemes, guards)? {
                let mut names = self.places.demand();
                if self.places.has_authorization() {
                    names.insert(0, schemes.demand(&asked));
                }
                for name in names {
                    let requirement = SecurityRequirement::new(name, &asked.scopes);
                    // Two token requests can become equal, because a requirement can't express the
                    // subject, for example.
                    if !requirements.contains(&requirement) {
                        requirements.push(requirement);
                    }
                }
            }
        }
        Ok(requirements)
    }

    /// Marks the schemes of this crate that users name in `security(…)`, so that they are defined.
    fn mark_schemes_as_used(&mut self, security: &[SecurityRequirement]) {
        for requirement in security {
            let json = serde_json::to_value(requirement).unwrap_or_default();
            let schemes: BTreeMap<String, Vec<String>> =
                serde_json::from_value(json).unwrap_or_default();
            for (name, scopes) in schemes {
                self.places.demand_by_name(&name);
                for tenant in &mut self.schemes {
                    tenant.demand_by_name(&name, &scopes);
                }
            }
        }
    }
}

/// Returns the requests for a token of this tenant that meets all guards.
fn token_requests(
    schemes: &Schemes<'_>,
    guards: &[GuardMark],
) -> Result<Vec<TokenRequest>, Problem> {
    let mut stack = guards.iter().map(|guard| of_guard(schemes, guard));
    let first = stack.next().unwrap_or_else(|| Ok(Vec::new()))?;
    let others = stack
        .map(|list| list.map(Some))
        .collect::<Result<Vec<_>, _>>()?;
    let all = alternatives::all_of(first, others, TokenRequest::and)
        .ok_or(Problem::TooManyAlternatives)?;
    let all = alternatives::minimal(all, TokenRequest::asks_no_more);
    match all.is_empty() {
        // Must not become an empty list, which in OpenAPI means that everyone may call it.
        true => Err(Problem::NeverMet),
        false => Ok(all),
    }
}

/// Returns the token requests that meet the guard, each by itself.
fn of_guard(schemes: &Schemes<'_>, guard: &GuardMark) -> Result<Vec<TokenRequest>, Problem> {
    let demands = guard
        .alternatives
        .as_ref()
        .ok_or(Problem::TooManyAlternatives)?;
    let asked = demands.iter().map(|demand| {
        let indicator = schemes.indicator(demand);
        let indicator = indicator.map_err(|name| Problem::UnknownResource(name.to_owned()))?;
        Ok(TokenRequest::of(demand, indicator))
    });
    asked.collect()
}

/// Whether the list restricts callers. If it is empty or contains an empty requirement, everyone
/// may call.
fn asks_for_something(security: &[SecurityRequirement]) -> bool {
    !security.is_empty() && !security.contains(&SecurityRequirement::default())
}

/// Removes the marks from an operation and returns them in the order of the attributes. The mark of
/// `#[public]` is `None`.
fn take_marks(operation: &mut Operation) -> Result<Vec<Option<GuardMark>>, Problem> {
    let Some(extensions) = &mut operation.extensions else {
        return Ok(Vec::new());
    };
    let mut names: Vec<_> = extensions
        .keys()
        .filter(|name| name.starts_with(MARK))
        .cloned()
        .collect();
    // Sorted by length first, which sorts by number: `…-9` before `…-10`.
    names.sort_by_key(|name| (name.len(), name.clone()));
    let marks = names.into_iter().map(|name| {
        let mark = extensions.remove(&name).unwrap_or_default();
        serde_json::from_value(mark).map_err(|_| Problem::ForeignMark(name))
    });
    let marks = marks.collect();
    if extensions.is_empty() {
        operation.extensions = None;
    }
    marks
}
