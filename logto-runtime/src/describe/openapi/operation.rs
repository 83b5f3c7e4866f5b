//! Describes one operation: turns its marks (extensions that attributes add) into security requirements and
//! responses.

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
    problem::Problem,
    refusals::{self, Refusals},
    schemes::Schemes,
    token_request::TokenRequest,
};
use crate::logto::Logto;

/// The prefix of a mark's name. An attribute leaves a mark: an extension with this prefix and a number. The
/// numbers count the attributes from the outermost one inwards.
const MARK: &str = "x-logto-guard-";

/// A placeholder that an attribute writes into its operation as the name of a security scheme. An operation
/// that is not described keeps the placeholder, and so looks protected.
const UNDESCRIBED: &str = "logto-undescribed";

/// Describes operations. Collects the components that the descriptions refer to.
pub(super) struct Describer<'a> {
    /// The schemes of each tenant.
    schemes: Vec<Schemes<'a>>,
    places: Places<'a>,
    refusals: Refusals,
    /// Whether the `security` of the document restricts callers. That `security` applies to operations
    /// without a `security` of their own.
    has_default: bool,
    /// Whether an operation got the responses of a guard.
    any_guard: bool,
}

impl<'a> Describer<'a> {
    pub(super) fn new(logto: &'a Logto, document: &OpenApi) -> Self {
        let places = Places::of(logto);
        let mut describer = Self {
            schemes: Schemes::of_tenants(logto),
            refusals: Refusals::of(logto, &places),
            places,
            has_default: document.security.as_deref().is_some_and(restricts_callers),
            any_guard: false,
        };
        describer.mark_schemes_as_used(document.security.as_deref().unwrap_or_default());
        describer
    }

    /// Replaces the marks of an operation with security requirements and responses.
    pub(super) fn describe(&mut self, operation: &mut Operation) -> Result<(), Problem> {
        let marks = take_marks(operation)?;
        if marks.is_empty() {
            let Some(security) = &operation.security else {
                return if self.has_default {
                    Ok(())
                } else {
                    Err(Problem::NoGuard)
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

    /// Adds the components that descriptions refer to. If the document already has a component with the same
    /// name, keeps that one.
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

    /// Describes a public operation as open to everyone, unless it has a `security(…)` of its own.
    fn public(&mut self, operation: &mut Operation) {
        let undescribed = SecurityRequirement::new(UNDESCRIBED, [""; 0]);
        match &operation.security {
            Some(own) if *own != [undescribed] => self.mark_schemes_as_used(own),
            _ => operation.security = Some(Vec::new()),
        }
    }

    /// Describes a handler that checks its callers by hand. Keeps the operation's `security(…)` if it
    /// restricts callers. Otherwise, the `security` of the document applies. Fails if neither restricts
    /// callers, because the operation would look public.
    fn by_hand(&mut self, operation: &mut Operation, by_hand: &[GuardMark]) -> Result<(), Problem> {
        let texts: Vec<&str> = (by_hand.iter())
            .filter_map(|guard| guard.by_hand.as_deref())
            .collect();
        let text = texts.join(" and ");
        let undescribed = SecurityRequirement::new(UNDESCRIBED, [""; 0]);
        match &operation.security {
            Some(own) if *own != [undescribed] && restricts_callers(own) => {
                self.mark_schemes_as_used(own);
            }
            _ if self.has_default => operation.security = None,
            _ => return Err(Problem::CheckedByHand(text)),
        }
        refusals::add_by_hand(operation, &text);
        Ok(())
    }

    /// Returns a security requirement for each combination of a token request to a tenant and a place of the
    /// token (header or cookie). Leaves out duplicates.
    fn requirements(&mut self, guards: &[GuardMark]) -> Result<Vec<SecurityRequirement>, Problem> {
        let mut requirements = Vec::new();
        for schemes in &mut self.schemes {
            for request in token_requests(schemes, guards)? {
                let mut names = self.places.use_all();
                if self.places.has_authorization() {
                    names.insert(0, schemes.use_for(&request));
                }
                for name in names {
                    let requirement = SecurityRequirement::new(name, &request.scopes);
                    // A security requirement can't express the subject or the client, so two token requests
                    // can give the same security requirement.
                    if !requirements.contains(&requirement) {
                        requirements.push(requirement);
                    }
                }
            }
        }
        Ok(requirements)
    }

    /// Marks a scheme of this crate as used if the list of security requirements names the scheme.
    /// `finish` then defines it.
    fn mark_schemes_as_used(&mut self, security: &[SecurityRequirement]) {
        for requirement in security {
            // The fields of `SecurityRequirement` are private, but its JSON has the names and scopes.
            let json = serde_json::to_value(requirement).unwrap_or_default();
            let schemes: BTreeMap<String, Vec<String>> =
                serde_json::from_value(json).unwrap_or_default();
            for (name, scopes) in schemes {
                self.places.use_named(&name);
                for tenant in &mut self.schemes {
                    tenant.use_named(&name, &scopes);
                }
            }
        }
    }
}

/// Returns the token requests to this tenant. Each of them asks for a token that meets all guards.
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
    // An empty list would mean in OpenAPI that everyone may call the operation.
    if all.is_empty() {
        return Err(Problem::NeverMet);
    }
    Ok(all)
}

/// Returns the token requests of a guard. A token from any of these requests meets the guard.
fn of_guard(schemes: &Schemes<'_>, guard: &GuardMark) -> Result<Vec<TokenRequest>, Problem> {
    let required = guard
        .alternatives
        .as_ref()
        .ok_or(Problem::TooManyAlternatives)?;
    let requests = required.iter().map(|token| {
        let indicator = schemes.indicator(token);
        let indicator = indicator.map_err(|name| Problem::UnknownResource(name.to_owned()))?;
        Ok(TokenRequest::of(token, indicator, schemes.client(token)))
    });
    requests.collect()
}

/// Whether the list restricts callers. A list that is empty or contains an empty requirement does not.
fn restricts_callers(security: &[SecurityRequirement]) -> bool {
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
    // Sorts by number. A longer name has a greater number: `…-9` is before `…-10`.
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
