//! Reads the curl commands that the explorer shows. Splits them into words as a shell does, but does not
//! replace `$TOKEN`.

/// axum's answer if a request to the route of a WebSocket lacks the handshake. The commands send no
/// handshake.
pub(crate) const NO_HANDSHAKE: &str = "Connection header did not include 'upgrade'";

/// A request that a command sends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Command {
    pub(crate) method: String,
    pub(crate) url: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Option<String>,
}

impl Command {
    /// Reads a command as the page shows it. Panics if the text is not such a command.
    pub(crate) fn parse(text: &str) -> Self {
        let mut words = words(text).into_iter();
        assert_eq!(words.next().as_deref(), Some("curl"), "{text}");
        let mut command = Self {
            method: "GET".to_owned(),
            ..Self::default()
        };
        while let Some(word) = words.next() {
            let mut value = || words.next().unwrap();
            match word.as_str() {
                "-i" => {}
                "-I" => command.method = "HEAD".to_owned(),
                "-X" => command.method = value(),
                "-d" => command.body = Some(value()),
                "-H" => {
                    let header = value();
                    let (name, value) = header.split_once(": ").unwrap();
                    command.headers.push((name.to_owned(), value.to_owned()));
                }
                url => {
                    assert!(command.url.is_empty(), "two addresses: {text}");
                    url.clone_into(&mut command.url);
                }
            }
        }
        command
    }
}

/// Splits a command into words. Understands single quotes, double quotes without escapes, and a backslash
/// outside of quotes. Panics if a shell would replace anything except `$TOKEN` in double quotes, or if a quote
/// is not closed.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let (mut word, mut started) = (String::new(), false);
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            ' ' => {
                if started {
                    words.push(std::mem::take(&mut word));
                }
                started = false;
            }
            '\'' | '"' => {
                started = true;
                let Some((quoted, rest)) = characters.as_str().split_once(character) else {
                    panic!("a quote is not closed: {text}");
                };
                assert!(
                    character == '\'' || has_only_the_variable_token(quoted),
                    "the shell replaces a part of {quoted}: {text}"
                );
                word.push_str(quoted);
                characters = rest.chars();
            }
            '\\' => word.extend(characters.next()),
            it => {
                started = true;
                assert!(!"$`;&|<>()#*?[]{}~!\t\n".contains(it), "not quoted: {text}");
                word.push(it);
            }
        }
    }
    if started {
        words.push(word);
    }
    words
}

/// Returns whether a shell would replace only `$TOKEN` in this text, which stands in double quotes.
fn has_only_the_variable_token(quoted: &str) -> bool {
    let mut parts = quoted.split("$TOKEN");
    let first = parts.next().unwrap_or_default();
    let continues_a_name = |it: char| it.is_ascii_alphanumeric() || it == '_';
    let parts: Vec<&str> = parts.collect();
    !parts.iter().any(|part| part.starts_with(continues_a_name))
        && !parts
            .iter()
            .chain([&first])
            .any(|it| it.contains(['$', '`', '\\', '!']))
}

#[test]
fn a_command_in_which_a_shell_replaces_more_than_the_token_is_rejected() {
    let fits = |command: &str| std::panic::catch_unwind(|| words(command)).is_ok();
    for fitting in [
        r#"curl "a: $TOKEN""#,
        r#"curl "$TOKEN, b" '$(id) `id` \ !'"#,
    ] {
        assert!(fits(fitting), "{fitting}");
    }
    for dangerous in [
        r#"curl "a: $(id)""#,
        r#"curl "a: `id`""#,
        r#"curl "a: ${TOKEN}""#,
        r#"curl "$TOKENS""#,
        r#"curl "$TOKEN_2""#,
        r#"curl "$HOME $TOKEN""#,
        r#"curl "$TOKEN\" -o x""#,
        r#"curl "$TOKEN!!""#,
        "curl $TOKEN",
        "curl http://a/?b",
        "curl http://a/{id}",
        "curl a\nid",
        "curl 'a",
    ] {
        assert!(!fits(dangerous), "{dangerous}");
    }
}

#[test]
fn a_command_is_split_into_words_as_a_shell_does_it() {
    let command = r#"curl -i 'http://a/b' -X POST -H 'x: it'\''s' -d '{"a": 1}'"#;
    assert_eq!(
        Command::parse(command),
        Command {
            method: "POST".to_owned(),
            url: "http://a/b".to_owned(),
            headers: vec![("x".to_owned(), "it's".to_owned())],
            body: Some(r#"{"a": 1}"#.to_owned()),
        }
    );
}
