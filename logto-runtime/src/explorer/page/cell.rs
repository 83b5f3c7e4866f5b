//! Renders a cell of the explorer's table. A closed cell shows the status. An open cell also shows the
//! reason, the claims and a command.

use super::{lacking::lacking, surroundings::Surroundings};
use crate::{
    answer::rejection_code::RejectionCode,
    explorer::{
        claims::Claims,
        command::curl,
        grid::{Cell, Column, Line},
        html::Html,
        persona::Credentials,
        verdict::{Rejected, Verdict},
        words::{fix, sentence, undecided},
    },
    telemetry::help,
};

/// Renders a cell as a `<details>` element, which opens without the script. All cells have the same
/// `name`, so that only one is open at a time.
pub(super) fn render(
    html: &mut Html,
    line: &Line,
    column: &Column,
    cell: &Cell,
    around: &Surroundings<'_>,
) {
    let verdict = &cell.verdict;
    html.raw("<details name=\"cell\"><summary class=\"")
        .raw(class(verdict))
        .raw("\" title=\"")
        .text(&column.name)
        .raw(": ")
        .text(verdict.code())
        .raw("\">")
        .text(status(verdict))
        .raw("<span class=\"unseen\"> ")
        .text(verdict.code())
        .raw("</span></summary>\n<section>\n<h2><span class=\"")
        .raw(class(verdict))
        .raw("\">")
        .text(status(verdict))
        .raw("</span> ")
        .text(&column.name)
        .raw(": ")
        .text(line.method())
        .raw(" ")
        .text(cell.row.uri())
        .raw("</h2>\n<div class=\"columns\">\n<div>\n<p class=\"why\">");
    why(html, line, verdict);
    html.raw("</p>\n");
    let claims = cell.credentials.token().and_then(Claims::of);
    compare(html, line, column, cell, claims.as_ref());
    html.raw("</div>\n<div>\n");
    if let Verdict::Rejected(rejected) = verdict {
        remedy(html, rejected);
    }
    html.raw("<h3>Try it</h3>\n<div class=\"command\"><pre tabindex=\"0\"><code>")
        .text(curl(
            around.base,
            &cell.row,
            &cell.credentials,
            around.bodies,
        ))
        .raw("</code></pre><button type=\"button\" class=\"copy\" hidden>Copy</button></div>\n");
    html.raw("</div>\n<div>\n<h3>Claims</h3>\n");
    match (&claims, &cell.credentials) {
        (Some(claims), _) => {
            html.raw("<pre tabindex=\"0\"><code>")
                .text(claims.pretty())
                .raw("</code></pre>\n");
        }
        (None, Credentials::Nothing) => {
            html.raw("<p>No token is sent.</p>\n");
        }
        (None, _) => {
            html.raw("<p>The text has no claims: it is not a JWT.</p>\n");
        }
    }
    html.raw("</div>\n</div>\n</section></details>");
}

/// Returns the status as text, or `?` for an undecided request.
fn status(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Undecided(_) => "?".to_owned(),
        _ => verdict.status().to_string(),
    }
}

/// Returns the CSS classes for the status of a verdict.
pub(super) fn class(verdict: &Verdict) -> &'static str {
    match verdict.status() {
        0 => "chip s0",
        200 => "chip s2",
        401 => "chip s401",
        403 => "chip s403",
        500.. => "chip s5",
        _ => "chip s4",
    }
}

fn why(html: &mut Html, line: &Line, verdict: &Verdict) {
    match verdict {
        Verdict::Granted if line.asks.is_empty() => {
            html.raw("The route needs no token, so the handler is called.")
        }
        Verdict::Granted => html.raw("The request meets the guard, so the handler is called."),
        Verdict::Rejected(rejected) => html.text(sentence(&rejected.reason)),
        Verdict::Unrouted(_) => html.raw("A request with this path does not lead to the route."),
        Verdict::Undecided(unknown) => html.text(undecided(*unknown)),
    };
}

/// Lists facts about the guard, the request and the token. Marks organizations that do not match, and scopes
/// that the token lacks.
fn compare(html: &mut Html, line: &Line, column: &Column, cell: &Cell, claims: Option<&Claims>) {
    let rejected = match &cell.verdict {
        Verdict::Rejected(rejected) => Some(rejected),
        Verdict::Granted | Verdict::Unrouted(_) | Verdict::Undecided(_) => None,
    };
    let code = rejected.map(|rejected| rejected.code);
    let mismatch = code == Some(RejectionCode::OrganizationMismatch);
    let mut facts = vec![("guard", line.row.route.access.to_string(), false)];
    if let Some(organization) = &line.row.organization {
        facts.push((
            "organization in the request",
            organization.clone(),
            mismatch,
        ));
    }
    if let Some(claims) = claims {
        let none = || "none".to_owned();
        let organization = claims.organization().map(str::to_owned);
        let scope = claims.scope().map(str::to_owned);
        let audience = claims.audience().unwrap_or_else(none);
        facts.push((
            "organization of the token",
            organization.unwrap_or_else(none),
            mismatch,
        ));
        facts.push(("audience of the token", audience, false));
        let unmet = rejected.and_then(|rejected| rejected.requirement);
        let lacks = unmet.and_then(|it| lacking(it, scope.as_deref().unwrap_or_default()));
        facts.push(("scopes of the token", scope.unwrap_or_else(none), false));
        if let (Some(RejectionCode::InsufficientScope | RejectionCode::NoScopesGranted), Some(it)) =
            (code, lacks)
        {
            facts.push(("scopes that it lacks", it, true));
        }
    }
    html.raw("<dl>\n");
    if let Some(note) = &column.note {
        html.raw("<dt>caller</dt><dd>").text(note).raw("</dd>\n");
    }
    for (name, value, wrong) in facts {
        html.raw("<dt>").raw(name).raw("</dt><dd>");
        let (open, close) = if wrong {
            ("<mark><code>", "</code></mark>")
        } else {
            ("<code>", "</code>")
        };
        html.raw(open).text(value).raw(close).raw("</dd>\n");
    }
    html.raw("</dl>\n");
}

/// Writes the fix, and the response that the client gets.
fn remedy(html: &mut Html, rejected: &Rejected) {
    let code = rejected.code.as_str();
    html.raw("<h3>Fix</h3>\n<p>")
        .text(fix(rejected.code))
        .raw(" <a href=\"")
        .text(help(code))
        .raw("\" rel=\"noreferrer\">More about <code>")
        .text(code)
        .raw("</code></a></p>\n<h3>The client sees</h3>\n<p><code>")
        .text(rejected.status)
        .raw(" ")
        .text(rejected.message)
        .raw("</code>");
    if let Some(challenge) = &rejected.challenge {
        html.raw("<br><code>WWW-Authenticate: ")
            .text(challenge)
            .raw("</code>");
    }
    html.raw("</p>\n");
}
