//! A [`Matrix`] as JSON. Each cell, the response to one caller on one route, has a line of its own, so that
//! differences are easy to read.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::data::{Matrix, MatrixCell, MatrixRoute};
use crate::explorer::token_request::TokenRequest;

/// The version of the JSON of a [`Matrix`]. This crate writes and reads only this version.
pub const MATRIX_VERSION: u64 = 1;

/// The end of messages about the file of the matrix in the repository: how to write this file again.
pub(super) const OVERWRITE: &str = "run the test with LOGTO_MATRIX=overwrite, and commit the file";

/// Why a text can't be read as a [`Matrix`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidMatrix {
    /// The text is not JSON, or a JSON field is missing or wrong.
    #[error("it is not a matrix: {reason}; to write it again, {OVERWRITE}")]
    Malformed {
        /// What is wrong with the text.
        reason: String,
    },
    /// The version in the text is not [`MATRIX_VERSION`].
    #[error(
        "its version is {found}, and this program reads version {MATRIX_VERSION}; use the same \
         version of logto-runtime and cargo-logto, or, to write it again, {OVERWRITE}"
    )]
    Version {
        /// The version in the text.
        found: u64,
    },
}

#[derive(Deserialize)]
struct Document {
    personas: Vec<String>,
    routes: Vec<Route>,
}

#[derive(Deserialize)]
struct Route {
    method: String,
    path: String,
    organization: Option<String>,
    access: String,
    asks: Vec<TokenRequest>,
    /// The cells, by the name of the persona.
    cells: Map<String, Value>,
}

impl Matrix {
    /// Returns the matrix as JSON, with the fields `version`, `personas` and `routes`. In each route, `cells`
    /// has a field for each persona. Each cell is on a line of its own.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut text = format!("{{\n  \"version\": {MATRIX_VERSION},\n  \"personas\": ");
        list(&mut text, "  ", &self.personas, json);
        text.push_str(",\n  \"routes\": ");
        list(&mut text, "  ", &self.routes, |route| self.route(route));
        text.push_str("\n}\n");
        text
    }

    /// Reads a matrix from the JSON that [`to_json`](Self::to_json) writes.
    ///
    /// # Errors
    ///
    /// Returns an error if the text is not a matrix as JSON, or its version is not [`MATRIX_VERSION`].
    pub fn from_json(text: &str) -> Result<Self, InvalidMatrix> {
        let malformed = |reason: String| InvalidMatrix::Malformed { reason };
        let value: Value = serde_json::from_str(text).map_err(|it| malformed(it.to_string()))?;
        match value.get("version").and_then(Value::as_u64) {
            Some(MATRIX_VERSION) => {}
            Some(found) => return Err(InvalidMatrix::Version { found }),
            None => return Err(malformed("`version` is missing or not a number".to_owned())),
        }
        let Document { personas, routes } =
            serde_json::from_value(value).map_err(|it| malformed(it.to_string()))?;
        let routes: Result<Vec<_>, _> = routes
            .into_iter()
            .map(|route| route.read(&personas).map_err(malformed))
            .collect();
        Ok(Self {
            routes: routes?,
            personas,
        })
    }

    fn route(&self, route: &MatrixRoute) -> String {
        let MatrixRoute {
            method,
            path,
            organization,
            access,
            asks,
            cells,
        } = route;
        let mut text = format!(
            "{{\n      \"method\": {},\n      \"path\": {},\n      \"organization\": {},\n      \
             \"access\": {},\n      \"asks\": {},\n      \"cells\": {{",
            json(method),
            json(path),
            json(organization),
            json(access),
            json(asks)
        );
        for (position, (persona, cell)) in self.personas.iter().zip(cells).enumerate() {
            let comma = if position > 0 { "," } else { "" };
            // Writing to a string does not fail.
            let _ = write!(text, "{comma}\n        {}: {}", json(persona), json(cell));
        }
        text.push_str("\n      }\n    }");
        text
    }
}

impl Route {
    fn read(mut self, personas: &[String]) -> Result<MatrixRoute, String> {
        let mut cells = Vec::new();
        for persona in personas {
            let cell = self.cells.remove(persona).ok_or_else(|| {
                format!("{} {} has no cell for `{persona}`", self.method, self.path)
            })?;
            let cell: MatrixCell =
                serde_json::from_value(cell).map_err(|error| format!("a cell: {error}"))?;
            cells.push(cell);
        }
        if let Some(other) = self.cells.keys().next() {
            return Err(format!(
                "{} {} has a cell for `{other}`, which is not among `personas`",
                self.method, self.path
            ));
        }
        Ok(MatrixRoute {
            method: self.method,
            path: self.path,
            organization: self.organization,
            access: self.access,
            asks: self.asks,
            cells,
        })
    }
}

/// Writes a list. Each item begins on a new line.
fn list<T>(text: &mut String, indent: &str, items: &[T], item: impl Fn(&T) -> String) {
    text.push('[');
    for (position, it) in items.iter().enumerate() {
        let comma = if position > 0 { "," } else { "" };
        // Writing to a string does not fail.
        let _ = write!(text, "{comma}\n{indent}  {}", item(it));
    }
    let _ = write!(text, "\n{indent}]");
}

/// Returns a value as JSON. This does not fail, because the values here do not contain maps.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
