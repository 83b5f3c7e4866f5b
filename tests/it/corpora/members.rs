//! A JSON object as text. Its fields can have any order and invalid values, and names can be repeated.

use std::fmt;

use serde_json::{Map, Value, json};

/// The names and values of the fields as they are in the text, including quotes.
#[derive(Clone, Default)]
pub(super) struct Members(Vec<(String, String)>);

impl Members {
    pub(super) fn of(object: &Map<String, Value>) -> Self {
        let member =
            |(name, value): (&String, &Value)| (json!(name).to_string(), value.to_string());
        Self(object.iter().map(member).collect())
    }

    /// Sets the value of the field `name` to this text, or appends the field.
    pub(super) fn with(mut self, name: &str, value: impl fmt::Display) -> Self {
        let name = json!(name).to_string();
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some(member) => member.1 = value.to_string(),
            None => self.0.push((name, value.to_string())),
        }
        self
    }

    pub(super) fn without(mut self, name: &str) -> Self {
        let name = json!(name).to_string();
        self.0.retain(|(known, _)| *known != name);
        self
    }

    /// Inserts a field in front, even if the name exists already. `name` is text with quotes.
    pub(super) fn first(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.0.insert(0, (name.to_owned(), value.to_string()));
        self
    }

    /// Appends a field, even if the name exists already. `name` is text with quotes.
    pub(super) fn last(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.0.push((name.to_owned(), value.to_string()));
        self
    }

    pub(super) fn reversed(mut self) -> Self {
        self.0.reverse();
        self
    }

    /// Writes every character of the names as an escape.
    pub(super) fn escaped(mut self) -> Self {
        for (name, _) in &mut self.0 {
            let plain: String = serde_json::from_str(name).unwrap();
            let escapes = plain.encode_utf16().map(|unit| format!("\\u{unit:04x}"));
            *name = format!("\"{}\"", escapes.collect::<String>());
        }
        self
    }

    pub(super) fn spaced(&self) -> String {
        self.to_string()
            .replace("{\"", " \n{\r\n\t \"")
            .replace("\":", "\" : ")
    }

    /// Returns the name, without quotes, and the value of every field.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.trim_matches('"'), value.as_str()))
    }
}

impl fmt::Display for Members {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let members: Vec<_> = self
            .0
            .iter()
            .map(|(name, value)| format!("{name}:{value}"))
            .collect();
        write!(f, "{{{}}}", members.join(","))
    }
}
