//! [`Matrix`], the data of the page without tokens, to keep in a file and to compare.
//!
//! - `data`: its types
//! - `json`: writes and reads it as JSON
//! - `compare`: compares it with the one in a file
//! - `render`: shows it as Markdown or HTML

mod compare;
mod data;
mod json;
mod render;

pub use self::{
    compare::MatrixDifference,
    data::{Matrix, MatrixCell, MatrixRoute},
    json::{InvalidMatrix, MATRIX_VERSION},
};
