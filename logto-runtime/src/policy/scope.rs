//! The type of the constants that `scopes!()` declares, and the compile-time check of their use.

/// A scope or organization permission that `logto.toml` declares.
///
/// [`scopes!`](crate::scopes) declares a constant for each one. Attributes accept the path of such a constant
/// instead of a string. At compile time, the attributes check the origin of the constant. A scope must belong
/// to the resource of the attribute. Only `#[require_org_permission(…)]` accepts an organization permission.
/// The `logto.toml` of the attribute's crate must declare the scope or permission, even if the constant is
/// from a crate with another file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Scope {
    name: &'static str,
    resource: Option<Resource>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Resource {
    indicator: &'static str,
    name: Option<&'static str>,
    default: bool,
}

/// The constants that an attribute accepts. For generated code.
#[derive(Clone, Copy, Debug)]
pub enum ScopeOrigin {
    /// A scope of the default resource in the `logto.toml` of the constant's crate. For an attribute in a
    /// crate without a `logto.toml`.
    ScopeOfDefault,
    /// A scope of the default resource. It has this indicator in the `logto.toml` of the attribute's crate.
    ScopeOfDefaultAt(&'static str),
    /// A scope of the resource with this name or indicator. An attribute in a crate with a `logto.toml`
    /// always gives the indicator, because the name can mean another resource in the constant's crate.
    ScopeOf(&'static str),
    /// An organization permission.
    Permission,
}

impl Scope {
    /// Returns the name of the scope, as in the `scope` claim of a token.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the indicator of the scope's resource, or `None` for an organization permission.
    #[must_use]
    pub const fn resource(&self) -> Option<&'static str> {
        match self.resource {
            Some(resource) => Some(resource.indicator),
            None => None,
        }
    }
}

impl AsRef<str> for Scope {
    fn as_ref(&self) -> &str {
        self.name
    }
}

/// Returns a scope of a resource. For generated code.
#[must_use]
pub const fn scope(
    scope: &'static str,
    indicator: &'static str,
    name: Option<&'static str>,
    default: bool,
) -> Scope {
    Scope {
        name: scope,
        resource: Some(Resource {
            indicator,
            name,
            default,
        }),
    }
}

/// Returns an organization permission. For generated code.
#[must_use]
pub const fn permission(name: &'static str) -> Scope {
    Scope {
        name,
        resource: None,
    }
}

/// Returns the name of a scope. Checks that the scope has the `wanted` origin. For generated code.
///
/// # Panics
///
/// Panics if the scope has a different origin. Attributes call this in a constant, where a panic is a compile
/// error.
#[must_use]
#[track_caller]
#[expect(clippy::panic, reason = "a panic in a constant is a compile error")]
pub const fn scope_name(scope: &Scope, wanted: ScopeOrigin) -> &'static str {
    match (wanted, scope.resource) {
        (ScopeOrigin::Permission, None) => {}
        (ScopeOrigin::ScopeOfDefault, Some(resource)) if resource.default => {}
        (ScopeOrigin::ScopeOfDefaultAt(wanted), Some(resource))
            if equal(resource.indicator, wanted) => {}
        (ScopeOrigin::ScopeOf(wanted), Some(resource)) if resource.is(wanted) => {}
        (ScopeOrigin::Permission, Some(_)) => panic!(
            "this is a scope of an API resource, not an organization permission; use \
             `#[require_org_scopes(…)]` or `#[require_scopes(…)]`"
        ),
        (
            ScopeOrigin::ScopeOfDefault
            | ScopeOrigin::ScopeOfDefaultAt(_)
            | ScopeOrigin::ScopeOf(_),
            None,
        ) => panic!(
            "this is an organization permission, not a scope of an API resource; use \
             `#[require_org_permission(…)]`"
        ),
        (ScopeOrigin::ScopeOfDefault | ScopeOrigin::ScopeOfDefaultAt(_), Some(_)) => panic!(
            "this is a scope of another resource than the default one; name its resource with \
             `resource = \"…\"`"
        ),
        (ScopeOrigin::ScopeOf(_), Some(_)) => panic!(
            "this is a scope of another resource than the attribute's `resource`; use a scope of \
             that resource"
        ),
    }
    scope.name
}

impl Resource {
    const fn is(&self, wanted: &str) -> bool {
        equal(self.indicator, wanted)
            || match self.name {
                Some(name) => equal(name, wanted),
                None => false,
            }
    }
}

const fn equal(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if one.len() != other.len() {
        return false;
    }
    let mut index = 0;
    while index < one.len() {
        if one[index] != other[index] {
            return false;
        }
        index += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;

    use super::*;

    const READ: Scope = scope(
        "read:products",
        "https://api.example.com/products",
        Some("products"),
        true,
    );
    const DATA: Scope = scope("read:data", "https://api.example.com/org", None, false);
    const INVITE: Scope = permission("invite:member");

    #[test]
    fn a_scope_returns_its_name_and_resource() {
        assert_eq!(READ.name(), "read:products");
        assert_eq!(READ.resource(), Some("https://api.example.com/products"));
        assert_eq!(INVITE.resource(), None);
        assert_eq!(INVITE.as_ref(), "invite:member");
    }

    #[test]
    fn only_a_scope_of_the_wanted_origin_is_accepted() {
        let api = ScopeOrigin::ScopeOf("https://api.example.com/products");
        let named = ScopeOrigin::ScopeOf("products");
        let other = ScopeOrigin::ScopeOf("Products");
        for (scope, wanted, panics_with) in [
            (READ, ScopeOrigin::ScopeOfDefault, None),
            (
                READ,
                ScopeOrigin::ScopeOfDefaultAt("https://api.example.com/products"),
                None,
            ),
            (
                READ,
                ScopeOrigin::ScopeOfDefaultAt("https://api.example.com/org"),
                Some("than the default one"),
            ),
            (
                DATA,
                ScopeOrigin::ScopeOfDefaultAt("https://api.example.com/org"),
                None,
            ),
            (
                INVITE,
                ScopeOrigin::ScopeOfDefaultAt("https://api.example.com/org"),
                Some("an organization permission"),
            ),
            (READ, api, None),
            (READ, named, None),
            (READ, other, Some("than the attribute's `resource`")),
            (
                READ,
                ScopeOrigin::Permission,
                Some("a scope of an API resource"),
            ),
            (
                DATA,
                ScopeOrigin::ScopeOfDefault,
                Some("than the default one"),
            ),
            (
                DATA,
                ScopeOrigin::ScopeOf("https://api.example.com/org"),
                None,
            ),
            (DATA, named, Some("than the attribute's `resource`")),
            (INVITE, ScopeOrigin::Permission, None),
            (
                INVITE,
                ScopeOrigin::ScopeOfDefault,
                Some("an organization permission"),
            ),
            (INVITE, named, Some("an organization permission")),
        ] {
            let result = catch_unwind(|| scope_name(&scope, wanted));
            match (result, panics_with) {
                (Ok(name), None) => assert_eq!(name, scope.name()),
                (Err(panic), Some(part)) => {
                    let message = panic.downcast_ref::<&str>().copied().unwrap_or_default();
                    assert!(message.contains(part), "{scope:?} {wanted:?}: {message}");
                }
                (result, _) => panic!("{scope:?} {wanted:?}: {result:?}"),
            }
        }
    }
}
