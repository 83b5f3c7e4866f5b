//! The texts that the explorer shows for a request. The fix of a rejection comes from
//! `docs/troubleshooting.md`.

use crate::{
    answer::rejection_code::RejectionCode,
    routes::{argument_name::short, checks::Unknown},
};

/// The documentation of each rejection code. The explorer quotes this page, so that each fix is written only
/// once.
const TROUBLESHOOTING: &str = include_str!("../../docs/troubleshooting.md");

/// Returns the fix of a rejection with this code, without links and emphasis. A test checks that every code
/// has a fix.
pub(super) fn fix(code: RejectionCode) -> String {
    let heading = format!("\n### {code}\n");
    let section = TROUBLESHOOTING
        .split_once(&heading)
        .map(|(_, rest)| rest.split("\n### ").next().unwrap_or_default());
    let fix = section
        .and_then(|section| section.split_once("**Fix.**"))
        .map(|(_, rest)| rest.split("\n\n").next().unwrap_or_default());
    without_commands(&plain(fix.unwrap_or_default()))
}

/// Removes the sentences about a command of the document, because the explorer does not show the command. A
/// colon at the end of the text announces such a block.
fn without_commands(text: &str) -> String {
    let about_command = |sentence: &str| {
        let starts = ["This command ", "The command ", "The first command "];
        starts.iter().any(|start| sentence.starts_with(start))
    };
    let sentences = text.split_inclusive(". ");
    let kept: String = sentences.filter(|it| !about_command(it)).collect();
    let kept = kept.trim_end();
    match kept.strip_suffix(':') {
        Some(sentence) => format!("{sentence}."),
        None => kept.to_owned(),
    }
}

/// Turns a logged reason into a sentence.
pub(super) fn sentence(reason: &str) -> String {
    let mut characters = reason.chars();
    let first = characters.next().map(char::to_uppercase);
    let mut sentence: String = first.into_iter().flatten().chain(characters).collect();
    if !sentence.is_empty() && !sentence.ends_with('.') {
        sentence.push('.');
    }
    sentence
}

/// Returns a sentence about a check that the explorer can't make.
pub(super) fn undecided(unknown: Unknown) -> String {
    match unknown {
        Unknown::Handler(text) => {
            format!("Not decided here: the handler itself checks its callers ({text}).")
        }
        Unknown::Argument(name) => {
            let name = short(name);
            format!("Not decided here: the argument `{name}` may still reject the request.")
        }
        Unknown::Router => {
            "Not decided here: the guards of the nested router are not known.".to_owned()
        }
        Unknown::AnotherRoute => {
            "Not decided here: another route of the table gets this request.".to_owned()
        }
    }
}

/// Replaces each link by its text, removes the stars of emphasis, and joins lines.
fn plain(markdown: &str) -> String {
    let mut text = String::new();
    let mut rest = markdown;
    while let Some((before, link)) = rest.split_once('[') {
        text.push_str(before);
        match link.split_once("](") {
            Some((shown, after)) if !shown.contains('[') => {
                text.push_str(shown);
                rest = after.split_once(')').map_or("", |(_, rest)| rest);
            }
            _ => {
                text.push('[');
                rest = link;
            }
        }
    }
    text.push_str(rest);
    let words: Vec<_> = text.split_whitespace().collect();
    words.join(" ").replace('*', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_fix_in_plain_text() {
        for code in RejectionCode::ALL {
            let fix = fix(*code);
            assert!(fix.len() > 20, "{code}: {fix:?}");
            assert!(fix.ends_with(['.', ')']), "{code}: {fix:?}");
            for markup in [
                "](",
                "*",
                "\n",
                "crate::",
                "his command ",
                "he command ",
                "first command ",
            ] {
                assert!(!fix.contains(markup), "{code}: {fix:?}");
            }
        }
    }

    #[test]
    fn a_reason_becomes_a_sentence() {
        assert_eq!(sentence("the token expired"), "The token expired.");
        assert_eq!(sentence(""), "");
    }
}
