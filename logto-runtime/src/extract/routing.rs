//! Reads the path parameters that axum's router has stored in a request.

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
        DecisionError, RequestedOrganization,
        organization::{PathParameters, in_request, is_named},
    },
    policy::requirement::OrganizationSource,
};

/// Where a guard stands.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    /// On a handler: an attribute or an extractor.
    Handler,
    /// Around a service: a layer.
    Service {
        /// Whether the service reads no further path parameters.
        leaf: bool,
    },
}

/// The organization that a request is about.
pub(crate) struct InRequest<'a> {
    parts: &'a mut Parts,
    place: Place,
    /// Read when first needed, because that takes an allocation.
    parameters: Option<Parameters>,
}

enum Parameters {
    Known(RawPathParams),
    /// A parameter is not UTF-8 after decoding.
    NotUtf8,
    /// The request has not gone through a router.
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
        let all = self.place.is_end_of_routing(self.parts);
        let parameters = self
            .parameters
            .get_or_insert_with(|| Parameters::of(self.parts));
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

impl RequestedOrganization for InRequest<'_> {
    fn compare(&mut self, source: OrganizationSource, of_token: &str) -> Result<(), DecisionError> {
        let (parameters, headers) = self.read();
        in_request(source, parameters, headers, of_token)
    }

    fn is_named(&mut self) -> Result<bool, DecisionError> {
        is_named(self.read().0)
    }
}

impl Place {
    /// Returns whether routing has ended here, so that all path parameters are known.
    ///
    /// It has on a matched route. But the service behind a layer may be a router: on a route with a
    /// wildcard, for the rest of the path.
    fn is_end_of_routing(self, parts: &Parts) -> bool {
        let matched = parts.extensions.get::<MatchedPath>();
        match self {
            Self::Handler => matched.is_some(),
            Self::Service { leaf: true } => true,
            Self::Service { leaf: false } => {
                matched.is_some_and(|path| !path.as_str().contains("{*"))
            }
        }
    }
}

impl Parameters {
    /// Runs axum's extractor, whose future is always ready.
    fn of(parts: &mut Parts) -> Self {
        let extracting = pin!(RawPathParams::from_request_parts(parts, &()));
        match extracting.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Ok(parameters)) => Self::Known(parameters),
            Poll::Ready(Err(RawPathParamsRejection::MissingPathParams(_))) => Self::Unrouted,
            // A pending future would be a change of axum. It must not grant access.
            Poll::Ready(Err(_)) | Poll::Pending => Self::NotUtf8,
        }
    }
}
