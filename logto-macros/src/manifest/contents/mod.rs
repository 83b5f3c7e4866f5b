//! Parses the text of `logto.toml`.
//!
//! The input is the text of the file. The output is [`Contents`], or a list of all mistakes, each
//! with its line.
//!
//! - Every key must be known. A misspelled key would otherwise be ignored.
//! - Scopes, permissions and resource indicators must be valid; see `syntax`.
//! - Names and indicators of resources are unique, and so are the scopes of one resource and the
//!   permissions.
//! - At most one resource is the default. A single one is the default without saying so.
//!
//! This file defines the types; `read` fills them.

mod read;

/// The contents of the file.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    pub(crate) resources: Vec<Resource>,
    /// The organization permissions.
    pub(crate) permissions: Vec<String>,
}

/// An API resource.
#[derive(Debug, Default)]
pub(crate) struct Resource {
    pub(crate) indicator: String,
    pub(crate) name: Option<String>,
    /// Whether attributes without `resource` use this one.
    pub(crate) default: bool,
    pub(crate) scopes: Vec<String>,
    /// The line of `[[resource]]`.
    pub(crate) line: usize,
}

/// A mistake in the file, and its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mistake {
    pub(crate) line: usize,
    pub(crate) message: String,
}

impl Contents {
    pub(crate) fn default_resource(&self) -> Option<&Resource> {
        self.resources.iter().find(|resource| resource.default)
    }

    /// Returns the resource with this name or indicator, compared byte for byte.
    pub(crate) fn resource(&self, written: &str) -> Option<&Resource> {
        self.resources
            .iter()
            .find(|resource| resource.names().any(|name| name == written))
    }

    pub(crate) fn has_permission(&self, permission: &str) -> bool {
        self.permissions.iter().any(|known| known == permission)
    }
}

impl Resource {
    pub(crate) fn has_scope(&self, scope: &str) -> bool {
        self.scopes.iter().any(|known| known == scope)
    }

    /// Returns the name, if there is one, and the indicator.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.name
            .iter()
            .chain([&self.indicator])
            .map(String::as_str)
    }

    /// Returns the shortest text for `resource = …`: the name, or the indicator without a name.
    pub(crate) fn short_name(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.indicator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = r#"
[[resource]]
indicator = "https://api.example.com/products"
name = "products"          # optional
default = true
scopes = ["read:products", "write:products", "write:orders"]

[organization]
permissions = ["invite:member", "manage:billing"]
"#;

    #[test]
    fn the_documented_file_is_read() {
        let contents = Contents::parse(EXAMPLE).unwrap();
        let [products] = contents.resources.as_slice() else {
            panic!("{contents:?}");
        };
        assert_eq!(products.indicator, "https://api.example.com/products");
        assert_eq!(products.name.as_deref(), Some("products"));
        assert!(products.default && products.has_scope("write:orders"));
        assert_eq!(products.line, 2);
        assert!(contents.has_permission("manage:billing"));
        assert_eq!(
            contents.default_resource().map(Resource::short_name),
            Some("products")
        );
        assert!(contents.resource("products").is_some());
        assert!(
            contents
                .resource("https://api.example.com/products")
                .is_some()
        );
        assert!(contents.resource("Products").is_none());
    }

    #[test]
    fn a_single_resource_is_the_default_unless_it_says_otherwise() {
        let resource = |name: &str, default: &str| {
            format!("[[resource]]\nindicator = \"https://{name}.example\"\n{default}\n")
        };
        for (text, expected) in [
            (resource("a", ""), Some("https://a.example")),
            (resource("a", "default = true"), Some("https://a.example")),
            (resource("a", "default = false"), None),
            (resource("a", "") + &resource("b", ""), None),
            (
                resource("a", "") + &resource("b", "default = true"),
                Some("https://b.example"),
            ),
        ] {
            let contents = Contents::parse(&text).unwrap();
            let default = contents.default_resource().map(Resource::short_name);
            assert_eq!(default, expected, "{text}");
        }
    }

    #[test]
    fn an_empty_file_declares_nothing() {
        let contents = Contents::parse("# nothing yet\n").unwrap();
        assert!(contents.resources.is_empty() && contents.permissions.is_empty());
        assert!(contents.default_resource().is_none());
    }

    #[test]
    fn each_mistake_has_its_line_and_its_advice() {
        let resource = "[[resource]]\nindicator = \"https://a.example\"\n";
        for (text, line, message) in [
            ("[[resource]\n".into(), 1, "invalid TOML: "),
            ("a = 1\nb = \"\n".into(), 2, "invalid TOML: "),
            (
                "resources = []\n".into(),
                1,
                "unknown key `resources`; did you mean `resource`?",
            ),
            (
                "[tenant]\n".into(),
                1,
                "unknown key `tenant`; expected `resource` or `organization`",
            ),
            (
                "[resource]\nindicator = \"https://a.example\"\n".into(),
                1,
                "expected an array of tables; write `[[resource]]`",
            ),
            ("resource = [1]\n".into(), 1, "expected a table"),
            ("organization = 1\n".into(), 1, "expected a table"),
            (
                "\n[[resource]]\nscopes = []\n".into(),
                2,
                "`indicator` is missing",
            ),
            (
                "[[resource]]\nindicator = 1\n".into(),
                2,
                "expected a string",
            ),
            (
                "[[resource]]\nindicator = \"api\"\n".into(),
                2,
                "`api` is not an absolute URI; write one such as `https://api.example.com`",
            ),
            (
                "[[resource]]\nindicator = \"https://a.example/#x\"\n".into(),
                2,
                "a resource indicator can't have a fragment",
            ),
            (
                format!("{resource}name = \"A b\"\n"),
                3,
                "`A b` is not a name; write one that matches `[a-z][a-z0-9_-]*`",
            ),
            (format!("{resource}name = 1\n"), 3, "expected a string"),
            (
                format!("{resource}default = 1\n"),
                3,
                "expected `true` or `false`",
            ),
            (
                format!("{resource}scope = []\n"),
                3,
                "unknown key `scope`; did you mean `scopes`?",
            ),
            (
                format!("{resource}scopes = \"a\"\n"),
                3,
                "expected a list of strings",
            ),
            (
                format!("{resource}scopes = [\n\"a\",\n1]\n"),
                5,
                "expected a string",
            ),
            (
                format!("{resource}scopes = [\n\"a b\"]\n"),
                4,
                "a scope can't contain white space",
            ),
            (
                format!("{resource}scopes = [\"a\",\n\"b\",\n\"a\"]\n"),
                5,
                "scope `a` is declared twice",
            ),
            (
                format!("{resource}\n{resource}"),
                5,
                "resource `https://a.example` is declared twice",
            ),
            (
                format!(
                    "{resource}name = \"a\"\n[[resource]]\nindicator = \"https://b.example\"\nname = \"a\"\n"
                ),
                6,
                "resource `a` is declared twice",
            ),
            (
                format!(
                    "{resource}default = true\n[[resource]]\nindicator = \"https://b.example\"\ndefault = true\n"
                ),
                6,
                "line 3 already marks a default resource; remove one of them",
            ),
            (
                "[organization]\nscopes = []\n".into(),
                2,
                "unknown key `scopes`; expected `permissions`",
            ),
            (
                "[organization]\npermissions = [\"a\", \"a\"]\n".into(),
                2,
                "permission `a` is declared twice",
            ),
        ] {
            let mistakes = Contents::parse(&text).expect_err(&text);
            let [mistake] = mistakes.as_slice() else {
                panic!("{text}: {mistakes:?}");
            };
            assert_eq!(mistake.line, line, "{text}: {mistake:?}");
            assert!(mistake.message.starts_with(message), "{text}: {mistake:?}");
        }
    }

    #[test]
    fn all_mistakes_are_reported_in_order() {
        let text =
            "[[resource]]\nname = 1\ndefault = 2\nindicator = \"x\"\n\n[organization]\na = 1\n";
        let mistakes = Contents::parse(text).expect_err(text);
        let lines: Vec<_> = mistakes.iter().map(|mistake| mistake.line).collect();
        assert_eq!(lines, [2, 3, 4, 7], "{mistakes:?}");
    }
}
