//! Compares a token with a request: reads the headers, and the path parameters that axum's router has stored.

use std::{
    pin::pin,
    task::{Context, Poll, Waker},
};

use axum::extract::{
    FromRequestParts, MatchedPath, RawPathParams, rejection::RawPathParamsRejection,
};
use http::{HeaderMap, request::Parts};

use crate::{
    decide::{
        DecisionError, KnownParameters, Requested,
        organization::{PathParameters, in_request, is_named, is_named_in},
        subject,
    },
    policy::requirement::OrganizationSource,
};

/// The place of a guard.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    /// On a handler: an attribute or an extractor.
    Handler,
    /// Around a service: a layer.
    Service {
        /// Whether the service is declared as a leaf: it is not a router, so it does not add path parameters.
        leaf: bool,
    },
}

/// The path parameters and the headers of an axum request, to compare with a token.
pub(crate) struct InRequest<'a> {
    parts: &'a mut Parts,
    place: Place,
    /// Read when first needed, because reading them allocates.
    parameters: Option<Parameters>,
}

enum Parameters {
    Known(RawPathParams),
    /// A parameter is not UTF-8 after decoding.
    NotUtf8,
    /// No route of a router has matched the request.
    Unrouted,
}

impl<'a> InRequest<'a> {
    pub(crate) fn new(parts: &'a mut Parts, place: Place) -> Self {
        Self {
            parts,
            place,
            parameters: None,
        }
    }

    /// Returns the path parameters and the headers of the request.
    fn read(
        &mut self,
    ) -> (
        PathParameters<impl Iterator<Item = (&str, &str)>>,
        &HeaderMap,
    ) {
        let parameters = self
            .parameters
            .get_or_insert_with(|| Parameters::of(self.parts));
        let all = self.place.is_end_of_routing(self.parts, parameters.count());
        let known = match parameters {
            Parameters::Known(known) => Some(&*known),
            Parameters::Unrouted => None,
            Parameters::NotUtf8 => return (PathParameters::NotUtf8, &self.parts.headers),
        };
        let parameters = known.into_iter().flat_map(RawPathParams::iter);
        (
            PathParameters::Known { parameters, all },
            &self.parts.headers,
        )
    }
}

impl InRequest<'_> {
    /// Decides by the matched route whether the request names an organization. Used if the path parameters
    /// can't be read.
    ///
    /// Returns `false` if the route does not have a parameter with a recognised name. Otherwise fails with a
    /// mismatch, because the organization can't be compared. Also fails without a matched route.
    fn is_named_by_the_route(&self) -> Result<bool, DecisionError> {
        match self.parts.extensions.get::<MatchedPath>() {
            Some(route) if !is_named_in(route.as_str()) => Ok(false),
            _ => Err(DecisionError::OrganizationMismatch),
        }
    }
}

impl Requested for InRequest<'_> {
    fn compare_organization(
        &mut self,
        source: OrganizationSource,
        of_token: &str,
    ) -> Result<(), DecisionError> {
        let (parameters, headers) = self.read();
        in_request(source, parameters, headers, of_token)
    }

    fn compare_subject(
        &mut self,
        parameter: &'static str,
        of_token: &str,
    ) -> Result<(), DecisionError> {
        subject::in_path(self.read().0, parameter, of_token)
    }

    fn names_organization(&mut self) -> Result<bool, DecisionError> {
        let parameters = self
            .parameters
            .get_or_insert_with(|| Parameters::of(self.parts));
        match parameters {
            Parameters::Known(known) => Ok(is_named(known.iter().map(|(name, _)| name))),
            Parameters::Unrouted => Ok(false),
            Parameters::NotUtf8 => self.is_named_by_the_route(),
        }
    }

    fn known_path_parameters(&mut self) -> KnownParameters {
        match self.read().0 {
            PathParameters::Known { all: true, .. } => KnownParameters::All,
            PathParameters::Known { all: false, .. } => KnownParameters::Some,
            PathParameters::NotUtf8 => KnownParameters::NotUtf8,
        }
    }
}

impl Place {
    /// Returns whether routing has ended here, so that all path parameters are known.
    ///
    /// On a handler, it has ended if there is a matched route. Around a leaf service, it has always ended.
    /// Any other service may be a router, so the matched route must meet two conditions:
    ///
    /// - It does not end with a wildcard. Otherwise an inner router can match the rest of the path.
    /// - It captures as many parameters as the request has. Otherwise the matched route is still that of an
    ///   outer router.
    fn is_end_of_routing(self, parts: &Parts, parameters: usize) -> bool {
        let matched = parts.extensions.get::<MatchedPath>();
        match self {
            Self::Handler => matched.is_some(),
            Self::Service { leaf: true } => true,
            Self::Service { leaf: false } => matched.is_some_and(|route| {
                let route = route.as_str();
                !ends_with_wildcard(route) && captures(route) == parameters
            }),
        }
    }
}

/// Whether a route captures the rest of the path. A wildcard is the last segment or its end, as in
/// `/files-{*rest}`. An escaped `{{*` counts as a wildcard. It is rare, and can only lead to more rejections.
/// Earlier segments do not count: they can have the wildcard of an outer router.
fn ends_with_wildcard(route: &str) -> bool {
    (route.rsplit('/').next()).is_some_and(|last| last.contains("{*"))
}

/// Returns how many parameters a route captures. A doubled brace is an escaped brace.
fn captures(route: &str) -> usize {
    let doubled = route.matches("{{").count();
    route
        .matches('{')
        .count()
        .saturating_sub(doubled.saturating_mul(2))
}

impl Parameters {
    fn count(&self) -> usize {
        match self {
            Self::Known(parameters) => parameters.iter().count(),
            Self::NotUtf8 | Self::Unrouted => 0,
        }
    }

    /// Runs axum's extractor, whose future is always ready.
    fn of(parts: &mut Parts) -> Self {
        let extracting = pin!(RawPathParams::from_request_parts(parts, &()));
        match extracting.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Ok(parameters)) => Self::Known(parameters),
            Poll::Ready(Err(RawPathParamsRejection::MissingPathParams(_))) => Self::Unrouted,
            // A pending future would be a change of axum, and must not grant access.
            Poll::Ready(Err(_)) | Poll::Pending => Self::NotUtf8,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{captures, ends_with_wildcard};

    #[test]
    fn a_wildcard_is_the_last_segment_or_its_end() {
        for (route, wildcard) in [
            ("", false),
            ("/o/{id}", false),
            ("/o*/{id}", false),
            ("/{*outer}/{id}", false),
            ("/{*rest}", true),
            ("/o/{id}/{*rest}", true),
            ("/o{*rest}", true),
            ("/o/{id}/files-{*rest}", true),
        ] {
            assert_eq!(ends_with_wildcard(route), wildcard, "{route}");
        }
    }

    #[test]
    fn a_doubled_brace_captures_nothing() {
        for (route, count) in [
            ("", 0),
            ("/plain", 0),
            ("/{id}", 1),
            ("/o/{id}/m/{member}", 2),
            ("/o/{id}/{*rest}", 2),
            ("/{{id}}", 0),
            ("/{{{id}}}", 1),
            ("/{{{{id}}}}", 0),
            ("/a-{{b}}/{id}", 1),
        ] {
            assert_eq!(captures(route), count, "{route}");
        }
    }
}
