//! Converts parsed TOML to a [`Manifest`]. Records each mistake, and continues after it.

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{Declared, Manifest, Mistake, Resource};
use crate::{suggest, syntax};

type Value<'a> = Spanned<DeValue<'a>>;

impl Manifest {
    /// Parses the text of a `logto.toml`.
    ///
    /// # Errors
    ///
    /// Returns the mistakes, sorted by line.
    pub fn parse(text: &str) -> Result<Self, Vec<Mistake>> {
        Reader::new(text).manifest()
    }
}

struct Reader<'a> {
    text: &'a str,
    mistakes: Vec<Mistake>,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            mistakes: Vec::new(),
        }
    }

    fn manifest(mut self) -> Result<Manifest, Vec<Mistake>> {
        let manifest = match DeTable::parse(self.text) {
            Ok(table) => self.top(table.get_ref()),
            Err(error) => {
                let start = error.span().map_or(0, |span| span.start);
                self.mistake(start, format!("invalid TOML: {}", error.message()));
                Manifest::default()
            }
        };
        if self.mistakes.is_empty() {
            return Ok(manifest);
        }
        // Keys are not read in the order of their lines.
        self.mistakes.sort_by_key(|mistake| mistake.line);
        Err(self.mistakes)
    }

    fn top(&mut self, table: &DeTable<'_>) -> Manifest {
        let mut manifest = Manifest::default();
        self.known_keys(table, &["resource", "organization"]);
        if let Some(value) = table.get("resource") {
            self.resources(value, &mut manifest);
        }
        if let Some(value) = table.get("organization") {
            self.organization(value, &mut manifest);
        }
        manifest
    }

    fn resources(&mut self, value: &Value<'_>, manifest: &mut Manifest) {
        let Some(array) = value.get_ref().as_array() else {
            self.at(value, "expected an array of tables; write `[[resource]]`");
            return;
        };
        let mut default = None;
        for value in array.iter() {
            let Some(table) = value.get_ref().as_table() else {
                self.at(value, "expected a table");
                continue;
            };
            let resource = self.resource(value, table);
            self.report_duplicate(value, table, &resource, manifest);
            if let Some(value) = table.get("default").filter(|_| resource.default) {
                let line = self.line(value.span().start);
                match default {
                    None => default = Some(line),
                    Some(other) => self.at(
                        value,
                        format!(
                            "line {other} already has `default = true`; remove one of the two keys"
                        ),
                    ),
                }
            }
            manifest.resources.push(resource);
        }
        // Without the key `default`, the only resource of a file is the default.
        if let ([only], [table]) = (&mut *manifest.resources, &**array) {
            only.default |= table.get_ref().get("default").is_none();
        }
    }

    fn resource(&mut self, value: &Value<'_>, table: &DeTable<'_>) -> Resource {
        self.known_keys(table, &["indicator", "name", "default", "scopes"]);
        let mut resource = Resource {
            line: self.line(value.span().start),
            ..Resource::default()
        };
        match table.get("indicator") {
            Some(value) => {
                resource.indicator = self.checked(value, |indicator| {
                    syntax::resource::check_indicator(indicator, || {
                        format!(
                            "`{indicator}` is not an absolute URI; write one such as \
                             `https://api.example.com`"
                        )
                    })
                });
            }
            None => self.at(
                value,
                "`indicator` is missing; write one such as \
                 `indicator = \"https://api.example.com\"`",
            ),
        }
        if let Some(value) = table.get("name") {
            let name = self.checked(value, |name| {
                if syntax::resource::is_name(name) {
                    Ok(())
                } else {
                    Err(format!(
                        "`{name}` is not a name; write one that matches `[a-z][a-z0-9_-]*`"
                    ))
                }
            });
            resource.name = Some(name);
        }
        if let Some(value) = table.get("default") {
            match value.get_ref().as_bool() {
                Some(default) => resource.default = default,
                None => self.at(value, "expected `true` or `false`"),
            }
        }
        if let Some(value) = table.get("scopes") {
            resource.scopes = self.scopes(value, "scope");
        }
        resource
    }

    /// Reports a name or an indicator that an earlier resource already has.
    fn report_duplicate(
        &mut self,
        value: &Value<'_>,
        table: &DeTable<'_>,
        resource: &Resource,
        manifest: &Manifest,
    ) {
        let twice = resource
            .names()
            .find(|name| !name.is_empty() && manifest.resource(name).is_some());
        if let Some(name) = twice {
            let key = if resource.name.as_deref() == Some(name) {
                "name"
            } else {
                "indicator"
            };
            self.at(
                table.get(key).unwrap_or(value),
                format!("resource `{name}` is declared twice; remove one"),
            );
        }
    }

    fn organization(&mut self, value: &Value<'_>, manifest: &mut Manifest) {
        let Some(table) = value.get_ref().as_table() else {
            self.at(value, "expected a table");
            return;
        };
        self.known_keys(table, &["permissions"]);
        if let Some(value) = table.get("permissions") {
            manifest.permissions = self.scopes(value, "permission");
        }
    }

    fn scopes(&mut self, value: &Value<'_>, what: &str) -> Vec<Declared> {
        let Some(array) = value.get_ref().as_array() else {
            self.at(value, "expected a list of strings");
            return Vec::new();
        };
        let mut scopes: Vec<Declared> = Vec::new();
        for value in array.iter() {
            let scope = self.checked(value, syntax::scope::check);
            let line = self.line(value.span().start);
            if !scope.is_empty() && scopes.iter().any(|known| known.name == scope) {
                self.at(
                    value,
                    format!("{what} `{scope}` is declared twice; remove one"),
                );
            }
            scopes.push(Declared { name: scope, line });
        }
        scopes
    }

    /// Returns the string if it passes `check`. Otherwise records a mistake, and returns an empty string.
    fn checked(
        &mut self,
        value: &Value<'_>,
        check: impl FnOnce(&str) -> Result<(), String>,
    ) -> String {
        let Some(text) = value.get_ref().as_str() else {
            self.at(value, "expected a string");
            return String::new();
        };
        match check(text) {
            Ok(()) => text.to_owned(),
            Err(message) => {
                self.at(value, message);
                String::new()
            }
        }
    }

    fn known_keys(&mut self, table: &DeTable<'_>, known: &[&str]) {
        for key in table.keys() {
            let word: &str = key.get_ref();
            if known.contains(&word) {
                continue;
            }
            let advice = match suggest::nearest(word, known.iter().copied()) {
                Some(found) => format!("did you mean `{found}`?"),
                None => {
                    let known: Vec<_> = known.iter().map(|key| format!("`{key}`")).collect();
                    format!("expected {}", known.join(" or "))
                }
            };
            self.mistake(key.span().start, format!("unknown key `{word}`; {advice}"));
        }
    }

    fn at(&mut self, value: &Value<'_>, message: impl Into<String>) {
        self.mistake(value.span().start, message.into());
    }

    fn mistake(&mut self, start: usize, message: String) {
        let line = self.line(start);
        self.mistakes.push(Mistake { line, message });
    }

    fn line(&self, start: usize) -> usize {
        let before = self.text.as_bytes().iter().take(start);
        1 + before.filter(|&&byte| byte == b'\n').count()
    }
}
