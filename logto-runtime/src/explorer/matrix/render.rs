//! Renders a [`Matrix`] as a table: in Markdown for a pull request, or as an HTML document.

use std::fmt::Write as _;

use super::data::{Matrix, MatrixCell, MatrixRoute};
use crate::explorer::{html::Html, token_request::TokenRequest};

const STYLE: &str = "\
:root{color-scheme:light dark}body{font:14px/1.4 system-ui,sans-serif;margin:20px}\
table{border-collapse:collapse}caption{text-align:left;font-size:18px;font-weight:600;margin-bottom:8px}\
th,td{border:1px solid #8888;padding:3px 8px;text-align:left;vertical-align:top}\
code{font-family:ui-monospace,monospace;font-size:12px}.granted{font-weight:700}";

impl Matrix {
    /// Returns a table in GitHub's Markdown, for example for a comment on a pull request.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        let mut text = "| route | guard | ask Logto for |".to_owned();
        for persona in &self.personas {
            // Writing to a string does not fail.
            let _ = write!(text, " {} |", escaped(persona));
        }
        text.push_str("\n|---|---|---|");
        text.push_str(&"---|".repeat(self.personas.len()));
        for route in &self.routes {
            let asks: Vec<_> = route
                .asks
                .iter()
                .map(asked)
                .map(|it| escaped(&it))
                .collect();
            let _ = write!(
                text,
                "\n| {} | {} | {} |",
                escaped(&route.to_string()),
                escaped(&route.access),
                asks.join(" *or* ")
            );
            for cell in &route.cells {
                if cell.is_granted() {
                    text.push_str(" **200** |");
                } else {
                    let _ = write!(text, " {} |", escaped(&cell.to_string()));
                }
            }
        }
        text.push('\n');
        text
    }

    /// Returns an HTML document with the table, without a script and without links to other files.
    #[must_use]
    pub fn to_html(&self) -> String {
        let mut html = Html::default();
        html.raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
            .raw("<title>Who may call what</title>\n<style>")
            .raw(STYLE)
            .raw("</style>\n</head>\n<body>\n<table>\n<caption>Who may call what</caption>\n")
            .raw("<thead>\n<tr><th scope=\"col\">route</th><th scope=\"col\">guard</th>")
            .raw("<th scope=\"col\">ask Logto for</th>");
        for persona in &self.personas {
            html.raw("<th scope=\"col\">").text(persona).raw("</th>");
        }
        html.raw("</tr>\n</thead>\n<tbody>\n");
        for route in &self.routes {
            row(&mut html, route);
        }
        html.raw("</tbody>\n</table>\n</body>\n</html>\n");
        html.finish()
    }
}

fn row(html: &mut Html, route: &MatrixRoute) {
    html.raw("<tr><th scope=\"row\"><code>")
        .text(route)
        .raw("</code></th><td><code>")
        .text(&route.access)
        .raw("</code></td><td>");
    for (position, request) in route.asks.iter().enumerate() {
        if position > 0 {
            html.raw(" or ");
        }
        html.raw("<code>").text(asked(request)).raw("</code>");
    }
    html.raw("</td>");
    for cell in &route.cells {
        html.raw(start_tag(cell)).text(cell).raw("</td>");
    }
    html.raw("</tr>\n");
}

fn start_tag(cell: &MatrixCell) -> &'static str {
    if cell.is_granted() {
        "<td class=\"granted\">"
    } else {
        "<td>"
    }
}

fn asked(request: &TokenRequest) -> String {
    let scope = Some(&request.scope).filter(|scope| !scope.is_empty());
    let parameters = [
        ("resource", request.resource.as_ref()),
        ("organization_id", request.organization_id.as_ref()),
        ("scope", scope),
    ];
    let given: Vec<_> = parameters
        .into_iter()
        .filter_map(|(name, value)| Some(format!("{name}={}", value?)))
        .collect();
    given.join(" ")
}

/// Escapes a text for a cell of a Markdown table. Escapes HTML, and the characters that could end the cell or
/// format its text. Also escapes `@`, because GitHub turns `@name` into a mention of a user.
fn escaped(text: &str) -> String {
    let mut html = Html::default();
    html.text(text);
    let mut escaped = String::new();
    for character in html.finish().chars() {
        match character {
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '!' | '|' | '~' => {
                escaped.push('\\');
                escaped.push(character);
            }
            '@' => escaped.push_str("&#64;"),
            '\n' => escaped.push(' '),
            it => escaped.push(it),
        }
    }
    escaped
}
