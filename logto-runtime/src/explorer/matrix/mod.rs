//! [`Matrix`], the table of the explorer's page: who may call what. A matrix can be kept in a file, to find
//! changes. It does not contain tokens.
//!
//! - `data`: the types of a matrix
//! - `json`: writes and reads a matrix as JSON
//! - `compare`: compares a matrix with the kept matrix
//! - `render`: shows a matrix as Markdown or HTML

mod compare;
mod data;
mod json;
mod render;

pub use self::{
    compare::MatrixDifference,
    data::{Matrix, MatrixCell, MatrixRoute},
    json::{InvalidMatrix, MATRIX_VERSION},
};
