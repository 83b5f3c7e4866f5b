//! Renders the page of the explorer: a table of who may call which route. The page also works if the browser
//! does not run its script.
//!
//! `cell` renders a cell, and `lacking` finds the scopes that its token lacks. `surroundings` has the data that
//! the page needs besides the rows and columns.

mod cell;
mod lacking;
pub(super) mod surroundings;

use self::surroundings::Surroundings;
use super::{
    grid::{Column, Grid, Line},
    html::Html,
    row::{Part, Row},
    token_request::TokenRequest,
};
use crate::routes::checks::Entry;

/// The style sheet.
pub(super) const STYLE: &str = include_str!("explorer.css");
/// The script.
pub(super) const SCRIPT: &str = include_str!("explorer.js");

/// Renders the page.
pub(super) fn render(grid: &Grid, around: &Surroundings<'_>) -> String {
    let mut html = Html::default();
    html.raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        .raw("<meta name=\"color-scheme\" content=\"light dark\">\n")
        .raw("<link rel=\"stylesheet\" href=\"")
        .text(around.files)
        .raw("explorer.css\">\n<script src=\"")
        .text(around.files)
        .raw("explorer.js\" defer></script>\n<title>Who may call what</title>\n</head>\n<body>\n");
    head(&mut html, around);
    html.raw("<main>\n");
    if let Some(notice) = around.notice {
        html.raw("<p class=\"notice\" role=\"status\">")
            .text(notice)
            .raw("</p>\n");
    }
    html.raw("<div class=\"scroll\" role=\"region\" aria-labelledby=\"caption\" tabindex=\"0\">\n");
    table(&mut html, grid, around);
    html.raw("</div>\n</main>\n</body>\n</html>\n");
    html.finish()
}

fn head(html: &mut Html, around: &Surroundings<'_>) {
    html.raw("<header>\n<div>\n<h1>Who may call what, and why not</h1>\n<p>")
        .raw("The guards of this program decide each cell on a real token. No handler runs. ")
        .raw("<strong>Open a cell to see why.</strong>");
    if !around.has_tenant {
        html.raw(" Paste a token of your tenant to see which routes accept it.");
    }
    html.raw("</p>\n</div>\n<form method=\"post\" autocomplete=\"off\">\n")
        .raw("<label for=\"token\">Your own access token, as a further column</label>\n")
        .raw("<div><input id=\"token\" name=\"token\" required spellcheck=\"false\" ")
        .raw("autocapitalize=\"off\" autocomplete=\"off\" placeholder=\"eyJ…\" ")
        .raw("aria-describedby=\"stays\"> <button>Add</button></div>\n")
        .raw("<small id=\"stays\">It stays in this process: not stored, not logged.</small>\n")
        .raw("</form>\n</header>\n");
}

fn table(html: &mut Html, grid: &Grid, around: &Surroundings<'_>) {
    html.raw(
        "<table>\n<caption id=\"caption\">Rows are routes with their guards, columns are callers. ",
    )
    .raw("<span class=\"chip s2\">200</span> gets in ")
    .raw("<span class=\"chip s401\">401</span> no valid token for this ")
    .raw("<span class=\"chip s403\">403</span> valid, but not allowed ")
    .raw("<span class=\"chip s5\">500</span> the program is wrong ")
    .raw("<span class=\"chip s0\">?</span> not decided here</caption>\n<thead>\n<tr>\n")
    .raw("<th scope=\"col\" rowspan=\"2\">Route and guard</th>\n")
    .raw("<th scope=\"col\" rowspan=\"2\">Ask Logto for a token with</th>\n");
    let mut columns = grid.columns.as_slice();
    while let Some(first) = columns.first() {
        let length = columns
            .iter()
            .take_while(|column| column.group == first.group)
            .count();
        html.raw("<th scope=\"colgroup\" colspan=\"")
            .text(length)
            .raw("\">")
            .text(&first.group)
            .raw("</th>\n");
        columns = columns.get(length..).unwrap_or_default();
    }
    html.raw("</tr>\n<tr class=\"who\">\n");
    for (position, column) in grid.columns.iter().enumerate() {
        html.raw(if begins_group(&grid.columns, position) {
            "<th scope=\"col\" class=\"first\""
        } else {
            "<th scope=\"col\""
        });
        if let Some(note) = &column.note {
            html.raw(" title=\"").text(note).raw("\"");
        }
        html.raw("><span>")
            .text(&column.short)
            .raw("</span></th>\n");
    }
    html.raw("</tr>\n</thead>\n<tbody>\n");
    for line in &grid.lines {
        row(html, grid, line, around);
    }
    html.raw("</tbody>\n</table>\n");
}

fn begins_group(columns: &[Column], position: usize) -> bool {
    let group = |position: usize| columns.get(position).map(|column| &column.group);
    position == 0 || group(position) != group(position - 1)
}

fn row(html: &mut Html, grid: &Grid, line: &Line, around: &Surroundings<'_>) {
    html.raw("<tr>\n<th scope=\"row\"><b class=\"method\">")
        .text(line.method())
        .raw("</b> <code>");
    path(html, &line.row);
    html.raw("</code><code class=\"guard\">")
        .text(&line.row.route.access)
        .raw("</code></th>\n<td class=\"asks\">");
    asks(html, line);
    html.raw("</td>\n");
    if line.is_open() || line.is_opaque() {
        html.raw("<td class=\"open\" colspan=\"")
            .text(grid.columns.len())
            .raw(if line.is_opaque() {
                "\"><span class=\"chip s0\">?</span> its guards are not known here</td>\n"
            } else {
                "\"><span class=\"chip s2\">200</span> everyone gets in, also without a token</td>\n"
            });
    } else {
        for (position, (column, cell)) in grid.columns.iter().zip(&line.cells).enumerate() {
            html.raw(if begins_group(&grid.columns, position) {
                "<td class=\"first\">"
            } else {
                "<td>"
            });
            cell::render(html, line, column, cell, around);
            html.raw("</td>\n");
        }
    }
    html.raw("</tr>\n");
}

/// Writes the path, with the organization emphasized.
fn path(html: &mut Html, row: &Row) {
    if row.route.checks.entry != Entry::Route {
        // For a fallback or a nested router, the end of the request's path is made up. So the page shows the
        // path from the table of routes.
        html.text(&row.route.path);
        return;
    }
    for part in &row.path {
        match part {
            Part::Organization(id) => html.raw("<mark>").text(id).raw("</mark>"),
            Part::Literal(text) | Part::Parameter(text) | Part::Subject(text) => html.text(text),
        };
    }
}

fn asks(html: &mut Html, line: &Line) {
    if line.is_optional() && !line.asks.is_empty() {
        html.raw("<i>no token, or</i> ");
    }
    for (position, request) in line.asks.iter().enumerate() {
        if position > 0 {
            html.raw("<i>or</i>");
        }
        for (name, value) in parameters(request) {
            // The resource is long, so it has a line of its own.
            html.raw(match name {
                "resource" => "<code class=\"line\"><span>",
                _ => "<code><span>",
            })
            .raw(name)
            .raw("=</span>")
            .text(value)
            .raw("</code>");
        }
    }
    if line.asks.is_empty() {
        html.raw(if line.is_opaque() {
            "<i>not known</i>"
        } else {
            "<i>nothing</i>"
        });
    }
}

fn parameters(request: &TokenRequest) -> impl Iterator<Item = (&'static str, &str)> {
    let scope = Some(request.scope.as_str()).filter(|scope| !scope.is_empty());
    [
        ("resource", request.resource.as_deref()),
        ("organization_id", request.organization_id.as_deref()),
        ("scope", scope),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name, value?)))
}
