//! The data of a [`Matrix`].

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::explorer::{
    grid::{Grid, Line},
    token_request::TokenRequest,
};

/// Who may call what: each route, and what each persona gets there.
///
/// It does not contain tokens, times or the address of the tenant, so it is the same on each run.
/// [`to_json`](Self::to_json) writes it with one cell on each line, for a file that is kept in the
/// repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Matrix {
    /// The names of the personas, in the order of the columns.
    pub personas: Vec<String>,
    /// The routes in the order of the table. A route that names an organization occurs once for
    /// each organization.
    pub routes: Vec<MatrixRoute>,
}

/// A route of a [`Matrix`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MatrixRoute {
    /// The method, or `*` for every method.
    pub method: String,
    /// The path as it was given to the router.
    pub path: String,
    /// The organization in the request, if the route names one.
    pub organization: Option<String>,
    /// The guards as they are written, or `public`, or `unknown`.
    pub access: String,
    /// The requests with which a client gets a fitting token from Logto: one of them is enough. Empty if the
    /// known checks do not read a token.
    pub asks: Vec<TokenRequest>,
    /// The response to each persona, in the order of [`Matrix::personas`].
    pub cells: Vec<MatrixCell>,
}

/// The response to a persona on a route.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MatrixCell {
    /// The status of the response: 200 if the handler is called, 0 if the explorer can't decide.
    pub status: u16,
    /// The [`RejectionCode`](crate::RejectionCode), `granted`, `unrouted` if the request does not
    /// reach the route, or `undecided` if the explorer can't repeat the check that decides.
    pub code: String,
    /// The `WWW-Authenticate` challenge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub challenge: Option<String>,
}

impl Matrix {
    pub(in crate::explorer) fn of(grid: &Grid) -> Self {
        Self {
            personas: grid.columns.iter().map(|it| it.name.clone()).collect(),
            routes: grid.lines.iter().map(MatrixRoute::of).collect(),
        }
    }
}

impl MatrixRoute {
    fn of(line: &Line) -> Self {
        let route = &line.row.route;
        let cells = line.cells.iter().map(|cell| MatrixCell {
            status: cell.verdict.status(),
            code: cell.verdict.code().to_owned(),
            challenge: cell.verdict.challenge().map(str::to_owned),
        });
        Self {
            method: route.method.to_owned(),
            path: route.path.clone(),
            organization: line.row.organization.clone(),
            access: route.access.to_string(),
            asks: line.asks.clone(),
            cells: cells.collect(),
        }
    }
}

impl MatrixCell {
    /// Whether the handler is called.
    #[must_use]
    pub fn is_granted(&self) -> bool {
        self.code == "granted"
    }
}

/// Displays status and code: `403 organization_mismatch`. Without a status, it displays the code.
impl fmt::Display for MatrixCell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.status {
            0 => f.write_str(&self.code),
            status => write!(f, "{status} {}", self.code),
        }
    }
}

/// Displays method and path, and the organization in the request if it names one.
impl fmt::Display for MatrixRoute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)?;
        match &self.organization {
            Some(organization) => write!(f, " (organization {organization})"),
            None => Ok(()),
        }
    }
}
