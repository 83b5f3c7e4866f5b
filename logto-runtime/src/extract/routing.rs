//! Reads the path parameters that axum's router has stored in a request.

use std::{
    pin::pin,
    task::{Context, Poll, Waker},
};

use axum::extract::{
    FromRequestParts, MatchedPath, RawPathParams, rejection::RawPathParamsRejection,
};
use http::request::Parts;

use crate::{
    decide::{
        DecisionError,
        organization::{PathParameters, in_request},
    },
    policy::requirement::OrganizationSource,
};

/// Compares the token's organization with the one that this request names at `source`.
pub(crate) fn same_organization(
    parts: &mut Parts,
    source: OrganizationSource,
    token: &str,
) -> Result<(), DecisionError> {
    // Path parameters cost an allocation to read, so they are read only if the source needs them.
    if matches!(
        source,
        OrganizationSource::Token | OrganizationSource::Header(_)
    ) {
        let none: PathParameters<[(&str, &str); 0]> = PathParameters::Unrouted([]);
        return in_request(source, none, &parts.headers, token);
    }
    let routed = parts.extensions.get::<MatchedPath>().is_some();
    let parameters = path_parameters(parts);
    let parameters = match &parameters {
        Ok(parameters) if routed => PathParameters::Origin(parameters.iter()),
        Ok(parameters) => PathParameters::Unrouted(parameters.iter()),
        Err(RawPathParamsRejection::InvalidUtf8InPathParam(_)) => PathParameters::NotUtf8,
        Err(_) => {
            let none: PathParameters<[(&str, &str); 0]> = PathParameters::Unrouted([]);
            return in_request(source, none, &parts.headers, token);
        }
    };
    in_request(source, parameters, &parts.headers, token)
}

/// Runs axum's extractor, whose future is always ready.
fn path_parameters(parts: &mut Parts) -> Result<RawPathParams, RawPathParamsRejection> {
    let extracting = pin!(RawPathParams::from_request_parts(parts, &()));
    match extracting.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(parameters) => parameters,
        Poll::Pending => Err(axum::extract::rejection::MissingPathParams::default().into()),
    }
}
