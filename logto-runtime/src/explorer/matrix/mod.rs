//! [`Matrix`], the data of the page without tokens, to keep in a file and to compare.
//!
//! - `data`: what it has
//! - `json`: how a file has it
//! - `compare`: how it differs from that of a file
//! - `render`: how people read it

mod compare;
mod data;
mod json;
mod render;

pub use self::{
    compare::MatrixDifference,
    data::{Matrix, MatrixCell, MatrixRoute},
    json::{InvalidMatrix, VERSION},
};
