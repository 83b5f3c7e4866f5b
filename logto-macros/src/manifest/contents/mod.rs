//! The text of `logto.toml`, read with every mistake and its line.

mod read;

/// What the file says.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    pub(crate) resources: Vec<Resource>,
    /// The permissions of organizations.
    pub(crate) permissions: Vec<String>,
}

/// An API resource.
#[derive(Debug, Default)]
pub(crate) struct Resource {
    pub(crate) indicator: String,
    pub(crate) name: Option<String>,
    pub(crate) default: bool,
    pub(crate) scopes: Vec<String>,
    pub(crate) line: usize,
}

/// What is wrong, and in which line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mistake {
    pub(crate) line: usize,
    pub(crate) message: String,
}

impl Contents {
    pub(crate) fn default_resource(&self) -> Option<&Resource> {
        self.resources.iter().find(|resource| resource.default)
    }

    /// By name or by indicator, byte for byte.
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

    /// The name, if it has one, and the indicator.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.name
            .iter()
            .chain([&self.indicator])
            .map(String::as_str)
    }

    /// What to write as `resource = …`.
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
                "unknown key `tenant`; known are `resource`, `organization`",
            ),
            (
                "[resource]\nindicator = \"https://a.example\"\n".into(),
                1,
                "expected tables; write `[[resource]]`",
            ),
            ("resource = [1]\n".into(), 1, "expected a table"),
            ("organization = 1\n".into(), 1, "expected a table"),
            ("\n[[resource]]\nscopes = []\n".into(), 2, "no `indicator`"),
            (
                "[[resource]]\nindicator = 1\n".into(),
                2,
                "expected a string",
            ),
            (
                "[[resource]]\nindicator = \"api\"\n".into(),
                2,
                "`api` is no absolute URI",
            ),
            (
                "[[resource]]\nindicator = \"https://a.example/#x\"\n".into(),
                2,
                "a resource has no fragment",
            ),
            (
                format!("{resource}name = \"A b\"\n"),
                3,
                "`A b` is no name: `[a-z][a-z0-9_-]*`",
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
                "white space in a scope",
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
                "more than one default resource; the other one is in line 3",
            ),
            (
                "[organization]\nscopes = []\n".into(),
                2,
                "unknown key `scopes`; known are `permissions`",
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
