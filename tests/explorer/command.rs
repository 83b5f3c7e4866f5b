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
/// outside of quotes.
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
                word.extend(characters.by_ref().take_while(|it| *it != character));
            }
            '\\' => word.extend(characters.next()),
            it => {
                started = true;
                assert!(!"$`;&|<>()#".contains(it), "not quoted: {text}");
                word.push(it);
            }
        }
    }
    if started {
        words.push(word);
    }
    words
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
