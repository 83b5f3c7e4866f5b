//! One operation: its marks become security requirements and answers.

use std::collections::BTreeMap;

use utoipa::openapi::{
    OpenApi,
    path::Operation,
    security::{SecurityRequirement, SecurityScheme},
};

use super::{
    alternatives, mark::GuardMark, refusals, schemes::Schemes, token_request::TokenRequest,
};
use crate::logto::Logto;

/// How keys of marks begin; a number follows, from the outermost attribute inwards.
const MARK: &str = "x-logto-guard-";

/// What an attribute writes as security, for documents that nobody describes.
const UNDESCRIBED: &str = "logto-undescribed";

/// Why the security of an operation can't be told. The text names the fix.
#[derive(Debug, thiserror::Error)]
pub(super) enum Problem {
    #[error(
        "nothing says who may call it; write a guard or `#[public]` above `#[utoipa::path(…)]`, \
         or `security(…)` in it"
    )]
    NoGuard,
    #[error("no resource has the name {0:?}: add `.named_resource({0:?}, \"https://…\")`")]
    UnknownResource(String),
    #[error("there are more than {} ways to meet its guards", alternatives::MOST)]
    TooManyAlternatives,
    #[error("no token that Logto issues meets its guards")]
    NeverMet,
    #[error(
        "a guard stands below `#[utoipa::path(…)]`, where it comes too late to be described; \
         write it above"
    )]
    GuardBelow,
    #[error("its mark {0} is not of this version of logto-runtime")]
    ForeignMark(String),
}

pub(super) struct Describer<'a> {
    schemes: Schemes<'a>,
    own_bodies: bool,
    /// Whether the document asks for something where operations say nothing.
    has_default: bool,
    any_guard: bool,
}

impl<'a> Describer<'a> {
    pub(super) fn new(logto: &'a Logto, document: &OpenApi) -> Self {
        let mut describer = Self {
            schemes: Schemes::of(logto),
            own_bodies: logto.settings().render.is_some(),
            has_default: document.security.as_deref().is_some_and(asks_for_something),
            any_guard: false,
        };
        describer.take_over(document.security.as_deref().unwrap_or_default());
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
            self.take_over(security);
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
        operation.security = Some(self.requirements(&guards)?);
        refusals::add(operation, &guards, self.own_bodies);
        self.any_guard = true;
        Ok(())
    }

    /// Adds the components that descriptions refer to; what the document has by their names stays.
    pub(super) fn finish(self, document: &mut OpenApi) {
        let components = document.components.get_or_insert_default();
        for (name, scheme) in self.schemes.into_used() {
            let schemes = &mut components.security_schemes;
            schemes
                .entry(name)
                .or_insert_with(|| SecurityScheme::into(scheme));
        }
        if self.any_guard && !self.own_bodies {
            let (name, schema) = refusals::schema();
            components.schemas.entry(name).or_insert(schema);
        }
    }

    /// A public handler may ask for what it likes by itself.
    fn public(&mut self, operation: &mut Operation) {
        let undescribed = SecurityRequirement::new(UNDESCRIBED, [""; 0]);
        match &operation.security {
            Some(own) if *own != [undescribed] => self.take_over(own),
            _ => operation.security = Some(Vec::new()),
        }
    }

    fn requirements(&mut self, guards: &[GuardMark]) -> Result<Vec<SecurityRequirement>, Problem> {
        let mut stack = guards.iter().map(|guard| self.tokens(guard));
        let first = stack.next().unwrap_or_else(|| Ok(Vec::new()))?;
        let others = stack
            .map(|list| list.map(Some))
            .collect::<Result<Vec<_>, _>>()?;
        let all = alternatives::all_of(first, others, TokenRequest::and)
            .ok_or(Problem::TooManyAlternatives)?;
        let all = alternatives::minimal(all, TokenRequest::asks_no_more);
        if all.is_empty() {
            // An empty list would say that everyone may call it.
            return Err(Problem::NeverMet);
        }
        let mut requirements = Vec::with_capacity(all.len());
        for asked in all {
            let requirement = SecurityRequirement::new(self.schemes.demand(&asked), asked.scopes);
            // What tells them apart can't be said here: who the token speaks for, for instance.
            if !requirements.contains(&requirement) {
                requirements.push(requirement);
            }
        }
        Ok(requirements)
    }

    /// Each of which is enough for the guard.
    fn tokens(&self, guard: &GuardMark) -> Result<Vec<TokenRequest>, Problem> {
        let demands = guard
            .alternatives
            .as_ref()
            .ok_or(Problem::TooManyAlternatives)?;
        let asked = demands.iter().map(|demand| {
            let indicator = self.schemes.indicator(demand);
            let indicator = indicator.map_err(|name| Problem::UnknownResource(name.to_owned()))?;
            Ok(TokenRequest::of(demand, indicator))
        });
        asked.collect()
    }

    /// Defines the schemes of ours that users name by hand.
    fn take_over(&mut self, security: &[SecurityRequirement]) {
        for requirement in security {
            let json = serde_json::to_value(requirement).unwrap_or_default();
            let schemes: BTreeMap<String, Vec<String>> =
                serde_json::from_value(json).unwrap_or_default();
            for (name, scopes) in schemes {
                self.schemes.demand_by_name(&name, &scopes);
            }
        }
    }
}

/// Without alternatives, or with one that is empty, everyone may call.
fn asks_for_something(security: &[SecurityRequirement]) -> bool {
    !security.is_empty() && !security.contains(&SecurityRequirement::default())
}

/// In the order of the attributes; none of a public handler.
fn take_marks(operation: &mut Operation) -> Result<Vec<Option<GuardMark>>, Problem> {
    let Some(extensions) = &mut operation.extensions else {
        return Ok(Vec::new());
    };
    let mut names: Vec<_> = extensions
        .keys()
        .filter(|name| name.starts_with(MARK))
        .cloned()
        .collect();
    // There are at most fifteen: by length first is by number.
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
