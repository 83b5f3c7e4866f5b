//! The source of the key set.

use std::{fmt, future::Future, pin::Pin};

use http::HeaderValue;

use super::error::FetchError;

/// A source of key sets.
pub(crate) trait KeySource: fmt::Debug + Send + Sync {
    /// Fetches the key set once. `etag` is the entity tag of the current key set.
    fn fetch<'a>(&'a self, etag: Option<&'a HeaderValue>) -> Fetching<'a>;
}

pub(crate) type Fetching<'a> =
    Pin<Box<dyn Future<Output = Result<Fetched, FetchError>> + Send + 'a>>;

/// A successful response.
#[derive(Debug)]
pub(crate) enum Fetched {
    /// The document has not changed: it still has the entity tag that the request named.
    NotModified,
    /// A document, which is not parsed yet.
    Document {
        bytes: Vec<u8>,
        etag: Option<HeaderValue>,
    },
}
