//! The future of a guarded service.

use std::{
    fmt,
    future::Future,
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll, ready},
};

use http::{Request, Response, request::Parts};
use pin_project_lite::pin_project;
use tower_service::Service;

use super::{body::RequireBody, protocol::Protocol};
use crate::{
    answer::Rejection,
    extract::{grant::decide, routing::Place},
    logto::{
        Logto,
        auth_info::AuthInfo,
        authentication::{Authentication, Unremembered},
    },
    policy::AnyPolicy,
};

/// Authenticates a request that must wait, for example for keys.
type Authenticating =
    Pin<Box<dyn Future<Output = Result<(AuthInfo, Unremembered), Rejection>> + Send + 'static>>;

/// The options of a layer.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Options {
    /// Whether the inner service finds the caller in the extensions of the request.
    pub(super) shares_auth_info: bool,
    /// Whether the layer was built with [`leaf`](super::RequireLayer::leaf).
    pub(super) leaf: bool,
}

pin_project! {
    /// The future of [`Require`](super::Require).
    pub struct RequireFuture<P, S, B>
    where
        S: Service<Request<B>>,
    {
        #[pin]
        state: State<S, B, S::Future>,
        policy: PhantomData<fn() -> P>,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<S, B, F> {
        Passed { #[pin] future: F },
        Refused { rejection: Option<Rejection>, protocol: Protocol },
        // Only the authentication is boxed, so that service and body need not be `Send + 'static`.
        Waiting {
            authenticating: Authenticating,
            next: Option<(S, Request<B>)>,
            logto: Logto,
            options: Options,
        },
        // The caller is accepted, and the service is polled ready. `queued` says whether it was not ready at
        // once.
        Accepted { next: Option<(S, Request<B>)>, logto: Logto, queued: bool },
        // The request has waited for the service, so the token is checked again. The service is ready.
        Rechecking { authenticating: Authenticating, next: Option<(S, Request<B>)> },
    }
}

impl<P, S, B> RequireFuture<P, S, B>
where
    S: Service<Request<B>>,
{
    pub(super) fn passed(future: S::Future) -> Self {
        Self::new(State::Passed { future })
    }

    pub(super) fn refused(rejection: Rejection, protocol: Protocol) -> Self {
        Self::new(State::Refused {
            rejection: Some(rejection),
            protocol,
        })
    }

    pub(super) fn waiting(
        authenticating: Authenticating,
        service: S,
        request: Request<B>,
        logto: Logto,
        options: Options,
    ) -> Self {
        Self::new(State::Waiting {
            authenticating,
            next: Some((service, request)),
            logto,
            options,
        })
    }

    fn new(state: State<S, B, S::Future>) -> Self {
        Self {
            state,
            policy: PhantomData,
        }
    }
}

impl<P, S, B, R> Future for RequireFuture<P, S, B>
where
    P: AnyPolicy,
    S: Service<Request<B>, Response = Response<R>>,
{
    type Output = Result<Response<RequireBody<R>>, S::Error>;

    #[expect(
        clippy::expect_used,
        reason = "a future is not polled after completion"
    )]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        loop {
            let next = match this.state.as_mut().project() {
                StateProjection::Passed { future } => {
                    let response = ready!(future.poll(cx))?;
                    return Poll::Ready(Ok(response.map(RequireBody::passed)));
                }
                StateProjection::Refused {
                    rejection,
                    protocol,
                } => {
                    let rejection = rejection.take().expect("polled after completion");
                    let response = protocol.answer(rejection);
                    return Poll::Ready(Ok(response.map(RequireBody::refused)));
                }
                StateProjection::Waiting {
                    authenticating,
                    next,
                    logto,
                    options,
                } => {
                    let authenticated = ready!(authenticating.as_mut().poll(cx));
                    let (service, request) = next.take().expect("polled after completion");
                    let (mut parts, body) = request.into_parts();
                    let decided = authenticated.and_then(|(auth, unremembered)| {
                        unremembered.remember_in(&mut parts.extensions, auth.logto());
                        pass::<P>(&auth, &mut parts, *options)
                    });
                    match decided {
                        Ok(()) => State::Accepted {
                            next: Some((service, Request::from_parts(parts, body))),
                            logto: logto.clone(),
                            queued: false,
                        },
                        Err(rejection) => refused(rejection, &parts),
                    }
                }
                StateProjection::Accepted {
                    next,
                    logto,
                    queued,
                } => {
                    let (service, _) = next.as_mut().expect("polled after completion");
                    match service.poll_ready(cx) {
                        Poll::Ready(ready) => ready?,
                        Poll::Pending => {
                            *queued = true;
                            return Poll::Pending;
                        }
                    }
                    let next = next.take().expect("polled after completion");
                    match *queued {
                        false => call(next),
                        true => check_again::<P, _, _>(next, logto),
                    }
                }
                StateProjection::Rechecking {
                    authenticating,
                    next,
                } => {
                    let authenticated = ready!(authenticating.as_mut().poll(cx));
                    let (service, request) = next.take().expect("polled after completion");
                    match authenticated {
                        Ok(_) => call((service, request)),
                        Err(rejection) => refused(rejection, &request.into_parts().0),
                    }
                }
            };
            this.state.set(next);
        }
    }
}

fn call<S, B>((mut service, request): (S, Request<B>)) -> State<S, B, S::Future>
where
    S: Service<Request<B>>,
{
    State::Passed {
        future: service.call(request),
    }
}

fn refused<S, B, F>(rejection: Rejection, parts: &Parts) -> State<S, B, F> {
    State::Refused {
        rejection: Some(rejection),
        protocol: Protocol::of(parts),
    }
}

/// Authenticates an accepted caller once more, directly before the call. While the request waited for the
/// service, its token can have been revoked, or have expired.
fn check_again<P, S, B>(
    (service, request): (S, Request<B>),
    logto: &Logto,
) -> State<S, B, S::Future>
where
    P: AnyPolicy,
    S: Service<Request<B>>,
{
    let (mut parts, body) = request.into_parts();
    let requirement = Some(&P::REQUIREMENT);
    match logto.clone().authenticate_now(&mut parts, requirement) {
        Ok(Authentication::Done(_)) => call((service, Request::from_parts(parts, body))),
        Ok(Authentication::Waits(waiting)) => State::Rechecking {
            authenticating: Box::pin(waiting.authenticate(requirement)),
            next: Some((service, Request::from_parts(parts, body))),
        },
        Err(rejection) => refused(rejection, &parts),
    }
}

/// Decides whether an authenticated caller meets the policy. With `shares_auth_info`, puts an accepted caller
/// into the extensions of the request.
pub(super) fn pass<P: AnyPolicy>(
    auth: &AuthInfo,
    parts: &mut Parts,
    options: Options,
) -> Result<(), Rejection> {
    let place = Place::Service { leaf: options.leaf };
    decide(&P::REQUIREMENT, auth, parts, place)?;
    if options.shares_auth_info {
        parts.extensions.insert(auth.clone());
    }
    Ok(())
}

impl<P, S, B> fmt::Debug for RequireFuture<P, S, B>
where
    S: Service<Request<B>>,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequireFuture").finish_non_exhaustive()
    }
}
