//! The body of a guarded service's response.

use std::{
    error::Error,
    pin::Pin,
    task::{Context, Poll},
};

use axum::{
    Error as BodyError,
    body::{Body as AxumBody, Bytes},
};
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

pin_project! {
    /// The body of the inner service's response, or of a rejection.
    ///
    /// Like axum's own body, it implements [`Default`] (an empty body), and its error type implements
    /// [`Error`]. Some layers around a guard need this.
    #[derive(Debug)]
    pub struct RequireBody<B> {
        #[pin]
        kind: Kind<B>,
    }
}

pin_project! {
    #[project = KindProjection]
    #[derive(Debug)]
    enum Kind<B> {
        Passed { #[pin] body: B },
        Refused { #[pin] body: AxumBody },
    }
}

impl<B> RequireBody<B> {
    pub(super) fn passed(body: B) -> Self {
        Self {
            kind: Kind::Passed { body },
        }
    }

    pub(super) fn refused(body: AxumBody) -> Self {
        Self {
            kind: Kind::Refused { body },
        }
    }
}

/// An empty body. Layers for CORS or timeouts need it for their own responses.
impl<B> Default for RequireBody<B> {
    fn default() -> Self {
        Self::refused(AxumBody::empty())
    }
}

impl<B> Body for RequireBody<B>
where
    B: Body,
    B::Data: From<Bytes>,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    type Data = B::Data;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        match self.project().kind.project() {
            KindProjection::Passed { body } => body
                .poll_frame(cx)
                .map(|frame| frame.map(|frame| frame.map_err(BodyError::new))),
            KindProjection::Refused { body } => body
                .poll_frame(cx)
                .map_ok(|frame| frame.map_data(B::Data::from)),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.kind {
            Kind::Passed { body } => body.is_end_stream(),
            Kind::Refused { body } => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.kind {
            Kind::Passed { body } => body.size_hint(),
            Kind::Refused { body } => body.size_hint(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_has_the_length_and_the_end_of_the_inner_body() {
        for text in ["", "seven"] {
            for body in [
                RequireBody::passed(AxumBody::from(text)),
                RequireBody::refused(AxumBody::from(text)),
            ] {
                assert_eq!(body.size_hint().exact(), Some(text.len() as u64));
                assert_eq!(body.is_end_stream(), text.is_empty(), "{body:?}");
            }
        }
        assert!(RequireBody::<AxumBody>::default().is_end_stream());
    }
}
