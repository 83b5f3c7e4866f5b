//! Reads the arguments, and says what is wrong with them.

use std::{ffi::OsString, io::Write as _};

use clap::Parser as _;

use crate::{cli::Arguments, failure::Exit, output};

/// A word with at least this many characters can be a token or a secret.
const SHORTEST: usize = 20;

/// Parses the arguments. If they are wrong, prints the error. If they ask for help or the version, prints it.
pub(crate) fn parse(words: Vec<OsString>) -> Result<Arguments, Exit> {
    let words = without_cargo(words);
    Arguments::try_parse_from(&words).map_err(|error| {
        let text = error.render().ansi().to_string();
        if !error.use_stderr() {
            output::remember_failure(write!(anstream::stdout(), "{text}"));
            return Exit::InSync;
        }
        let words = words.iter().skip(1).map(|word| word.to_string_lossy());
        let text = words.fold(text, |text, word| without_secrets(text, &word));
        note!("{}", text.trim_end());
        Exit::Configuration
    })
}

/// Removes the word that cargo passes when this program runs as `cargo logto`.
fn without_cargo(mut arguments: Vec<OsString>) -> Vec<OsString> {
    if arguments.get(1).is_some_and(|word| word == "logto") {
        arguments.remove(1);
    }
    arguments
}

/// Removes a word of the command line from a message, if the word is long enough to be a token or a secret.
/// Does the same with the value after a `=`. A word with a slash or a backslash stays, because it can be a
/// path.
fn without_secrets(text: String, word: &str) -> String {
    let value = word.split_once('=').map_or(word, |(_, value)| value);
    [word, value].into_iter().fold(text, |text, part| {
        let part = part.trim_start_matches('-');
        let is_path = part.contains(['/', '\\']);
        if part.chars().count() >= SHORTEST && !is_path {
            text.replace(part, "…")
        } else {
            text
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_that_cargo_passes_is_removed() {
        let run = |words: &[&str]| {
            let words = words.iter().map(OsString::from).collect();
            without_cargo(words)
        };
        let direct = run(&["cargo-logto", "check", "--offline"]);
        assert_eq!(run(&["cargo-logto", "logto", "check", "--offline"]), direct);
        assert_eq!(direct.len(), 3);
    }
}
