//! The future of a guarded service.

use std::{
    fmt,
    future::Future,
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll, ready},
};

use http::{Request, Response};
use pin_project_lite::pin_project;
use tower_service::Service;

use super::{body::RequireBody, protocol::Protocol, service::decide};
use crate::{AuthInfo, Policy, Rejection, logto::FirstSeen};

type Judging =
    Pin<Box<dyn Future<Output = Result<(AuthInfo, FirstSeen), Rejection>> + Send + 'static>>;

/// What the layer was set to, for a request that has to wait.
#[derive(Clone, Copy)]
pub(super) struct How {
    pub(super) protocol: Protocol,
    pub(super) shares_auth_info: bool,
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
        // No bound on the service or the body: only the judging is boxed.
        Waiting { judging: Judging, next: Option<(S, Request<B>)>, how: How },
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

    pub(super) fn waiting(judging: Judging, service: S, request: Request<B>, how: How) -> Self {
        Self::new(State::Waiting {
            judging,
            next: Some((service, request)),
            how,
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
    P: Policy,
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
                StateProjection::Waiting { judging, next, how } => {
                    let How {
                        protocol,
                        shares_auth_info,
                    } = *how;
                    let judged = ready!(judging.as_mut().poll(cx));
                    let (mut service, mut request) = next.take().expect("polled after completion");
                    let decided = judged.and_then(|(auth, first_seen)| {
                        first_seen.remember_in(request.extensions_mut(), auth.logto());
                        decide::<P, B>(&auth, request, shares_auth_info)
                    });
                    match decided {
                        Ok(request) => State::Passed {
                            future: service.call(request),
                        },
                        Err(rejection) => State::Refused {
                            rejection: Some(rejection),
                            protocol,
                        },
                    }
                }
            };
            this.state.set(next);
        }
    }
}

impl<P, S, B> fmt::Debug for RequireFuture<P, S, B>
where
    S: Service<Request<B>>,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequireFuture").finish_non_exhaustive()
    }
}
