//! Compares a [`Matrix`], a table of who may call what, with the matrix that is kept in a file.

use std::{env, fmt, fs, path::Path};

use super::{
    data::{Matrix, MatrixRoute},
    json::OVERWRITE,
};

/// The environment variable that makes [`Matrix::assert_file`] write the file.
const VARIABLE: &str = "LOGTO_MATRIX";

/// How a matrix differs from the kept matrix. Displays one difference on each line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatrixDifference(Vec<String>);

impl Matrix {
    /// Compares this matrix with the kept matrix.
    ///
    /// # Errors
    ///
    /// Returns the differences:
    ///
    /// - personas and routes that are new or gone,
    /// - guards and token requests that have changed, and
    /// - personas that get another response.
    ///
    /// If only the order or a detail has changed, a single line says so.
    pub fn compare(&self, kept: &Self) -> Result<(), MatrixDifference> {
        let mut found = Vec::new();
        let gone = |persona: &&String| !self.personas.contains(persona);
        for persona in kept.personas.iter().filter(gone) {
            found.push(format!("- {persona}: the persona is gone"));
        }
        let new = |persona: &&String| !kept.personas.contains(persona);
        for persona in self.personas.iter().filter(new) {
            found.push(format!("+ {persona}: the persona is new"));
        }
        for (position, route) in kept.routes.iter().enumerate() {
            if counterpart(&kept.routes, position, &self.routes).is_none() {
                found.push(format!("- {route}: the route is gone"));
            }
        }
        for (position, route) in self.routes.iter().enumerate() {
            match counterpart(&self.routes, position, &kept.routes) {
                Some(before) => self.compare_route(route, kept, before, &mut found),
                None => found.push(format!(
                    "+ {route}: the route is new, {}, and lets in {}",
                    route.access,
                    self.let_in(route)
                )),
            }
        }
        if found.is_empty() && self != kept {
            found.push("the order of routes or personas, or a detail, has changed".to_owned());
        }
        if found.is_empty() {
            Ok(())
        } else {
            Err(MatrixDifference(found))
        }
    }

    /// Asserts that a file has this matrix. `cargo test` runs tests in the folder of the package,
    /// so relative paths begin there.
    ///
    /// With the environment variable `LOGTO_MATRIX=overwrite`, writes the file instead.
    ///
    /// # Panics
    ///
    /// Panics if the file has a different matrix, and shows what has changed. Also panics if the file can't
    /// be read or written, or does not hold a matrix.
    #[track_caller]
    #[expect(
        clippy::panic,
        reason = "a change of who may call what must fail the test"
    )]
    pub fn assert_file(&self, path: impl AsRef<Path>) {
        let path = path.as_ref();
        let shown = path.display();
        if env::var_os(VARIABLE).is_some_and(|it| it == "overwrite") {
            match fs::write(path, self.to_json()) {
                Ok(()) => return,
                Err(error) => panic!("cannot write {shown}: {error}"),
            }
        }
        let kept = match fs::read_to_string(path) {
            Ok(text) => Self::from_json(&text),
            Err(error) => panic!("cannot read {shown}: {error}; {OVERWRITE}"),
        };
        match kept {
            Ok(kept) => {
                if let Err(difference) = self.compare(&kept) {
                    panic!(
                        "{shown} shows who may call what, and this has changed; if the change is meant, \
                         {OVERWRITE}:{difference}"
                    );
                }
            }
            Err(error) => panic!("{shown}: {error}"),
        }
    }

    fn compare_route(
        &self,
        route: &MatrixRoute,
        kept: &Self,
        before: &MatrixRoute,
        found: &mut Vec<String>,
    ) {
        if route.access != before.access {
            found.push(format!(
                "~ {route}: the guard was {}, is {}",
                before.access, route.access
            ));
        }
        if route.asks != before.asks {
            found.push(format!(
                "~ {route}: clients must ask Logto for another token"
            ));
        }
        for (persona, cell) in self.personas.iter().zip(&route.cells) {
            let of = |matrix: &Self| matrix.personas.iter().position(|it| it == persona);
            let Some(old) = of(kept).and_then(|position| before.cells.get(position)) else {
                continue;
            };
            if old.status != cell.status || old.code != cell.code {
                found.push(format!("~ {route}: {persona} got {old}, gets {cell}"));
            } else if old.challenge != cell.challenge {
                found.push(format!("~ {route}: {persona} gets another challenge"));
            }
        }
    }

    fn let_in(&self, route: &MatrixRoute) -> String {
        let cells = self.personas.iter().zip(&route.cells);
        let granted: Vec<_> = cells
            .filter(|(_, cell)| cell.is_granted())
            .map(|(persona, _)| persona.as_str())
            .collect();
        if granted.is_empty() {
            "nobody".to_owned()
        } else {
            granted.join(", ")
        }
    }
}

/// Returns the route of `others` that has the same place as the route at `position`. A route for every method
/// at `/{*rest}` has the same place as a fallback. Of routes with one place, the first belongs to the first,
/// and the second to the second.
fn counterpart<'a>(
    routes: &[MatrixRoute],
    position: usize,
    others: &'a [MatrixRoute],
) -> Option<&'a MatrixRoute> {
    let route = routes.get(position)?;
    let earlier = routes.iter().take(position);
    let earlier = earlier.filter(|it| it.is_at(route)).count();
    others.iter().filter(|it| it.is_at(route)).nth(earlier)
}

impl MatrixRoute {
    fn is_at(&self, other: &Self) -> bool {
        (&self.method, &self.path, &self.organization)
            == (&other.method, &other.path, &other.organization)
    }
}

impl fmt::Display for MatrixDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|line| write!(f, "\n  {line}"))
    }
}

impl std::error::Error for MatrixDifference {}
