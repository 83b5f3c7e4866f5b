//! Parses the text of `logto.toml`.
//!
//! The input is the text of the file. The output is [`Manifest`], or a list of mistakes, each with its line.
//!
//! - An unknown key is a mistake. So a misspelled key is not ignored.
//! - Scopes, permissions and resource indicators must be valid; see `syntax`.
//! - Two resources can't have the same name or the same indicator. A resource can't declare a scope twice.
//!   The file can't declare a permission twice.
//! - At most one resource is the default. A single resource is the default unless it has
//!   `default = false`.
//!
//! This file defines the types; `read` fills them.

mod read;

/// The contents of a `logto.toml` without mistakes.
///
/// ```
/// use logto_manifest::Manifest;
///
/// let mistakes = Manifest::parse("[[resource]]\nindicator = \"api\"\n").unwrap_err();
/// assert_eq!(mistakes[0].line, 2);
/// assert!(mistakes[0].message.starts_with("`api` is not an absolute URI"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Manifest {
    /// The API resources, in the order of the file.
    pub resources: Vec<Resource>,
    /// The organization permissions, in the order of the file.
    pub permissions: Vec<Declared>,
}

/// An API resource: one `[[resource]]` table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Resource {
    /// The resource indicator, an absolute URI without a fragment (RFC 8707, section 2).
    pub indicator: String,
    /// The name for `resource = "…"`.
    pub name: Option<String>,
    /// Whether attributes without `resource` use this resource.
    pub default: bool,
    /// The scopes, in the order of the file.
    pub scopes: Vec<Declared>,
    /// The line of `[[resource]]`, counted from 1.
    pub line: usize,
}

/// A scope or permission, and the line that declares it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Declared {
    /// The scope or permission.
    pub name: String,
    /// Its line, counted from 1.
    pub line: usize,
}

/// A mistake in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mistake {
    /// Its line, counted from 1.
    pub line: usize,
    /// What is wrong and what to write instead, without the line.
    pub message: String,
}

impl Manifest {
    /// Returns the default resource: the resource with `default = true`. The only resource of a file is also
    /// the default if it does not have the key `default`.
    #[must_use]
    pub fn default_resource(&self) -> Option<&Resource> {
        self.resources.iter().find(|resource| resource.default)
    }

    /// Returns the resource with this name or indicator, compared byte for byte.
    #[must_use]
    pub fn resource(&self, written: &str) -> Option<&Resource> {
        self.resources
            .iter()
            .find(|resource| resource.names().any(|name| name == written))
    }

    /// Checks whether the file declares this organization permission.
    #[must_use]
    pub fn has_permission(&self, permission: &str) -> bool {
        self.permissions
            .iter()
            .any(|known| known.name == permission)
    }
}

impl Resource {
    /// Checks whether the resource has this scope.
    #[must_use]
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scopes.iter().any(|known| known.name == scope)
    }

    /// Returns the name, if there is one, and the indicator.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.name
            .iter()
            .chain([&self.indicator])
            .map(String::as_str)
    }

    /// Returns the text to write in `resource = …`: the name, or the indicator of a resource without a name.
    #[must_use]
    pub fn short_name(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.indicator)
    }
}

#[cfg(test)]
mod tests;
