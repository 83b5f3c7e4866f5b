//! Decides for each route whether each persona (a caller of the API) may call it.

use http::HeaderValue;

use super::{
    claims::Claims,
    persona::{Credentials, Persona},
    row::Row,
    token_request::{TokenRequest, Wanted},
    verdict::{Verdict, decide},
};
use crate::{
    logto::Logto,
    policy::requirement::Requirement,
    routes::{
        Route,
        checks::{Check, Unknown},
    },
    telemetry::quietly,
};

/// The rows and columns of the page and of the matrix.
pub(super) struct Grid {
    pub(super) columns: Vec<Column>,
    pub(super) lines: Vec<Line>,
}

/// A persona without its tokens.
pub(super) struct Column {
    pub(super) group: String,
    pub(super) short: String,
    pub(super) name: String,
    pub(super) note: Option<String>,
}

/// A row with its cells, in the order of the columns.
pub(super) struct Line {
    pub(super) row: Row,
    /// Token requests for this route, one for each combination of the alternatives of its guards. One of them
    /// is enough if all guards are for the same resource. Empty if the known checks do not read a token.
    pub(super) asks: Vec<TokenRequest>,
    pub(super) cells: Vec<Cell>,
}

/// The decision about a persona's request to a route.
pub(super) struct Cell {
    /// The request of the persona. Its path can have the persona's id.
    pub(super) row: Row,
    pub(super) credentials: Credentials,
    pub(super) verdict: Verdict,
}

impl Grid {
    /// Decides each row for each persona. These decisions are neither logged nor counted. `table` has all
    /// routes.
    pub(super) async fn decided(
        rows: Vec<Row>,
        table: &[Route],
        personas: Vec<Persona>,
        logto: &Logto,
    ) -> Self {
        let mut lines = Vec::new();
        for row in rows {
            let wanted = Wanted::of(&row.route.checks, logto);
            let asks = wanted
                .iter()
                .map(|it| it.parameters(row.organization.as_deref()))
                .collect();
            let mut cells = Vec::new();
            for persona in &personas {
                let candidates = if wanted.is_empty() {
                    (persona.credentials)(&row, &[Wanted::anything(logto)])
                } else {
                    (persona.credentials)(&row, &wanted)
                };
                cells.push(quietly(Cell::best(&row, table, logto, candidates)).await);
            }
            lines.push(Line { row, asks, cells });
        }
        let columns = personas.into_iter().map(Column::of).collect();
        Self { columns, lines }
    }
}

impl Line {
    /// Returns the method of the route, as the page shows it.
    pub(super) fn method(&self) -> &'static str {
        match self.row.route.method {
            "*" => "ANY",
            method => method,
        }
    }

    /// Whether the route has no checks, and gets the request of the row. All cells are then alike.
    pub(super) fn is_open(&self) -> bool {
        self.row.route.checks.list.is_empty() && !self.row.is_covered
    }

    /// Whether the only check is that of a nested router with unknown guards. All cells are then alike.
    pub(super) fn is_opaque(&self) -> bool {
        matches!(
            *self.row.route.checks.list,
            [Check::Unknown(Unknown::Router)]
        )
    }

    /// Whether every check is that of an argument `Option<AuthInfo>`. Such a check accepts a request without
    /// a token, but rejects a bad token. Also `true` for an open line, which has no checks.
    pub(super) fn is_optional(&self) -> bool {
        let mut checks = self.row.route.checks.list.iter();
        checks.all(|check| matches!(check, Check::Caller { optional: true }))
    }
}

impl Cell {
    /// Tries each of the credentials. Prefers a granted cell to an undecided one, and an undecided cell to
    /// any other. Of equal cells, returns the first.
    async fn best(row: &Row, table: &[Route], logto: &Logto, candidates: Vec<Credentials>) -> Self {
        let mut best = None;
        for credentials in candidates {
            let cell = Self::of(row, table, logto, credentials).await;
            if cell.verdict == Verdict::Granted {
                return cell;
            }
            let undecided = |cell: &Self| matches!(cell.verdict, Verdict::Undecided(_));
            if best.is_none() || (undecided(&cell) && !best.as_ref().is_some_and(undecided)) {
                best = Some(cell);
            }
        }
        match best {
            Some(cell) => cell,
            None => Self::of(row, table, logto, Credentials::Nothing).await,
        }
    }

    /// Decides the request with these credentials.
    async fn of(row: &Row, table: &[Route], logto: &Logto, credentials: Credentials) -> Self {
        let claims = credentials.token().and_then(Claims::of);
        let row = match claims.as_ref().and_then(Claims::subject) {
            Some(id) => row.of_subject(id, table),
            None => row.clone(),
        };
        let verdict = decide(&row, logto, authorization(&credentials)).await;
        Self {
            row,
            credentials,
            verdict,
        }
    }
}

impl Column {
    fn of(persona: Persona) -> Self {
        Self {
            group: persona.group,
            short: persona.short,
            name: persona.name,
            note: persona.note,
        }
    }
}

impl Wanted {
    /// Returns a token request for a route that does not need a token.
    fn anything(logto: &Logto) -> Self {
        Self::one(&Requirement::authenticated(), logto)
    }
}

/// Returns the value of the `Authorization` header. If the token can't be part of a header, the value is only
/// `Bearer`.
fn authorization(credentials: &Credentials) -> Option<HeaderValue> {
    let token = credentials.token()?;
    let mut value = HeaderValue::from_str(&format!("Bearer {token}"))
        .unwrap_or_else(|_| HeaderValue::from_static("Bearer"));
    value.set_sensitive(true);
    Some(value)
}
