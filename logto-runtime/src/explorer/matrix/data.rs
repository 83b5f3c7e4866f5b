//! The data of a [`Matrix`].

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::explorer::{
    grid::{Grid, Line},
    token_request::TokenRequest,
};

/// Who may call what: the response to each persona (a caller) on each route.
///
/// A matrix does not contain tokens, times or the address of the tenant, so it is the same on each run. You
/// can keep it in the repository, in a file with the text of [`to_json`](Self::to_json).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Matrix {
    /// The names of the personas, in the order of the columns.
    pub personas: Vec<String>,
    /// The routes in the order of the table. A route that names an organization occurs once for each
    /// organization.
    pub routes: Vec<MatrixRoute>,
}

/// A route of a [`Matrix`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MatrixRoute {
    /// The method, or `*` for every method.
    pub method: String,
    /// The path as given to the router, including the prefixes of nesting. The path of a fallback, or of a
    /// nested router whose routes are not known, ends in `/{*rest}`.
    pub path: String,
    /// The organization in the request, if the route names one.
    pub organization: Option<String>,
    /// The guards as attributes, joined by ` + `. Without guards: `public` or `unknown`.
    pub access: String,
    /// The token requests that a client can send to Logto. A token from one of them is enough if all guards
    /// of the route are for the same resource. Empty if the checks that the explorer knows do not read a
    /// token.
    pub asks: Vec<TokenRequest>,
    /// The response to each persona, in the order of [`Matrix::personas`].
    pub cells: Vec<MatrixCell>,
}

/// The response to a persona on a route.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct MatrixCell {
    /// The status of the response. It is 200 if the handler would be called, and 0 if the explorer can't
    /// decide.
    pub status: u16,
    /// Why the response has this status:
    ///
    /// - `granted` if the handler would be called
    /// - the [`RejectionCode`](crate::RejectionCode) if a guard or an extractor rejects the request
    /// - `unrouted` if the request does not get to the route
    /// - `undecided` if the explorer can't repeat the check that decides
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
    /// Whether the handler would be called.
    #[must_use]
    pub fn is_granted(&self) -> bool {
        self.code == "granted"
    }
}

/// Displays status and code: `403 organization_mismatch`. For the status 0, displays only the code.
impl fmt::Display for MatrixCell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.status {
            0 => f.write_str(&self.code),
            status => write!(f, "{status} {}", self.code),
        }
    }
}

/// Displays method and path. Adds the organization in the request, if there is one.
impl fmt::Display for MatrixRoute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)?;
        match &self.organization {
            Some(organization) => write!(f, " (organization {organization})"),
            None => Ok(()),
        }
    }
}
