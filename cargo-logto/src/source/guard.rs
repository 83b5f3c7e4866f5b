//! [`Guard`]: an attribute in the source, its arguments, and the item below it.

use crate::finding::Place;

/// Which attribute a guard is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Authenticated,
    Scopes,
    OrganizationPermission,
    OrganizationScopes,
    Alternatives,
    /// `#[guarded_by]`: a check in the code of the handler.
    ByHand,
}

/// An attribute that guards an item.
#[derive(Debug)]
pub(crate) struct Guard {
    pub(crate) kind: Kind,
    /// The name of the function or unit struct below the attribute.
    pub(crate) item: String,
    pub(crate) is_policy: bool,
    /// Where the attribute is.
    pub(crate) place: Place,
    pub(crate) arguments: Arguments,
}

/// The arguments of an attribute. An attribute of a stranger can have very many, so they can't be copied.
#[derive(Debug, Default)]
pub(crate) struct Arguments {
    pub(crate) scopes: Vec<ScopeExpr>,
    /// The policies of `#[require_any]`. Only the last segment of each path is kept.
    pub(crate) policies: Vec<String>,
    pub(crate) resource: Option<Written>,
    pub(crate) organization: Organization,
    pub(crate) subject: Option<Subject>,
    /// The arguments that `cargo logto` does not know or can't parse. Only the first word of each is kept. If
    /// an argument does not begin with a word, `…` stands for the argument.
    pub(crate) others: Vec<String>,
    /// The name or the id of a client.
    pub(crate) client: Option<String>,
}

/// A string in the source.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    pub(crate) text: String,
    pub(crate) place: Place,
}

/// A tree of scopes.
#[derive(Clone, Debug)]
pub(crate) enum ScopeExpr {
    One(Written),
    /// The path of a constant of `scopes!()`.
    Constant(Vec<String>),
    All(Vec<ScopeExpr>),
    Any(Vec<ScopeExpr>),
}

/// The argument `org` of an attribute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Organization {
    /// An `org` other than `org = any`, or no `org`.
    #[default]
    Request,
    /// `org = any`. Only `#[require_scopes]` takes it.
    Any,
}

/// Who the caller must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    User,
    Machine,
    /// The user in the path parameter of this name.
    Path(String),
}

impl Kind {
    /// Returns the kind of the attribute with this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "require_auth" => Self::Authenticated,
            "require_scopes" => Self::Scopes,
            "require_org_permission" => Self::OrganizationPermission,
            "require_org_scopes" => Self::OrganizationScopes,
            "require_any" => Self::Alternatives,
            "guarded_by" => Self::ByHand,
            _ => return None,
        })
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Authenticated => "require_auth",
            Self::Scopes => "require_scopes",
            Self::OrganizationPermission => "require_org_permission",
            Self::OrganizationScopes => "require_org_scopes",
            Self::Alternatives => "require_any",
            Self::ByHand => "guarded_by",
        }
    }

    /// Checks whether guards of this kind need an API resource. If they do not name one, they use the
    /// default.
    pub(crate) fn has_resource(self) -> bool {
        matches!(
            self,
            Self::Authenticated | Self::Scopes | Self::OrganizationScopes
        )
    }
}

impl Arguments {
    /// Adds later arguments of the same attribute. If an argument has two values, the later one counts, except
    /// that a later `org` does not replace `org = any`.
    pub(super) fn add(&mut self, later: Self) {
        let Self {
            scopes,
            policies,
            resource,
            organization,
            subject,
            others,
            client,
        } = later;
        self.scopes.extend(scopes);
        self.policies.extend(policies);
        self.others.extend(others);
        self.resource = resource.or(self.resource.take());
        self.subject = subject.or(self.subject.take());
        self.client = client.or(self.client.take());
        if organization == Organization::Any {
            self.organization = organization;
        }
    }
}

impl ScopeExpr {
    /// Returns the strings and constants in the tree.
    pub(crate) fn leaves(list: &[Self]) -> Vec<&Self> {
        let mut leaves = Vec::new();
        for expr in list {
            match expr {
                Self::One(_) | Self::Constant(_) => leaves.push(expr),
                Self::All(inner) | Self::Any(inner) => leaves.extend(Self::leaves(inner)),
            }
        }
        leaves
    }
}

#[cfg(test)]
mod tests {
    use syn::visit::{self, Visit};

    use super::*;

    /// The arguments that `explain` evaluates or does not need.
    const DECIDED: [&str; 8] = [
        "resource",
        "org",
        "subject",
        "client",
        "state",
        "logto",
        "crate",
        "credential",
    ];

    /// Collects the strings in methods with this name.
    struct Strings<'a> {
        method: &'a str,
        within: bool,
        found: Vec<String>,
    }

    impl<'ast> Visit<'ast> for Strings<'_> {
        fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
            self.within = item.sig.ident == self.method;
            visit::visit_impl_item_fn(self, item);
            self.within = false;
        }

        /// Skips attributes, because a doc comment is an attribute with a string.
        fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}

        fn visit_lit_str(&mut self, text: &'ast syn::LitStr) {
            if self.within {
                self.found.push(text.value());
            }
        }
    }

    fn strings(file: &str, method: &str) -> Vec<String> {
        let path = format!("{}/../logto-macros/src/{file}", env!("CARGO_MANIFEST_DIR"));
        let file = syn::parse_file(&std::fs::read_to_string(path).unwrap()).unwrap();
        let mut strings = Strings {
            method,
            within: false,
            found: Vec::new(),
        };
        strings.visit_file(&file);
        assert!(strings.found.len() > 5, "{method}: {:?}", strings.found);
        strings.found
    }

    /// Reads the names of attributes and arguments from the source of `logto-macros`.
    #[test]
    fn cargo_logto_knows_every_guard_and_argument_of_the_macros() {
        for name in strings("kind.rs", "name") {
            // `#[public]` guards nothing.
            if name != "public" {
                assert_eq!(Kind::named(&name).map(Kind::name), Some(&*name));
            }
        }
        for key in strings("attribute_keys.rs", "keys") {
            assert!(DECIDED.contains(&&*key), "`{key}`: decide it in `explain`");
        }
    }

    #[test]
    fn only_unknown_or_malformed_arguments_are_listed_as_others() {
        for key in DECIDED {
            let value = match key {
                "resource" | "client" => "\"r\"",
                "org" | "subject" => "path(\"id\")",
                _ => "a::b",
            };
            let tokens = format!("\"a\", {key} = {value}").parse().unwrap();
            let arguments = super::super::arguments::parse(Kind::Scopes, tokens, "");
            assert_eq!(arguments.others, [""; 0], "{key}");
        }
        for (tokens, other) in [
            ("\"a\", later = f(\"x\")", "later"),
            ("\"a\", subject = header(\"x\")", "subject"),
            ("\"a\", subject = path(1)", "subject"),
            ("\"a\", client = a::b", "client"),
        ] {
            let tokens = tokens.parse().unwrap();
            let arguments = super::super::arguments::parse(Kind::Scopes, tokens, "");
            assert_eq!(arguments.others, [other]);
        }
    }
}
