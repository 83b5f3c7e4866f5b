//! The same decision as a tower layer.

mod body;
mod future;
mod protocol;
mod service;

pub use self::{
    body::RequireBody,
    future::RequireFuture,
    service::{Require, RequireLayer},
};
