//! The table of routes and guards that the program prints at start.

use std::fmt;

use crate::routes;

/// Displays the routes with their guards, one route on each line.
#[derive(Clone, Copy, Debug, Default)]
pub struct Table;

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let routes = routes::routes();
        let width = |text: fn(&logto_runtime::routes::Route) -> usize| {
            routes.table().iter().map(text).max().unwrap_or_default()
        };
        let method = width(|route| route.method.len());
        let path = width(|route| route.path.len());
        f.write_str("Who may call what:\n")?;
        for route in routes.table() {
            writeln!(
                f,
                "  {:method$}  {:path$}  {}",
                route.method, route.path, route.access
            )?;
        }
        Ok(())
    }
}
