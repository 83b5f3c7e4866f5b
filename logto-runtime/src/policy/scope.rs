//! The constants of `scopes!()`, and the check of their use that only the compiler can make.

/// A scope or permission that `logto.toml` declares; [`scopes!`](crate::scopes) makes a constant
/// of each.
///
/// Attributes take its path in place of a string. That it belongs to what the attribute asks for
/// is checked when the crate is compiled.
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

/// What an attribute needs of the constants it names. For generated code.
#[derive(Clone, Copy, Debug)]
pub enum ScopeOrigin {
    /// A scope of the default resource.
    ScopeOfDefault,
    /// A scope of this resource, by name or by indicator.
    ScopeOf(&'static str),
    /// A permission of organizations.
    Permission,
}

impl Scope {
    /// The scope as a token carries it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The indicator of its resource; `None` for a permission of organizations.
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

/// A scope of a resource. For generated code.
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

/// A permission of organizations. For generated code.
#[must_use]
pub const fn permission(name: &'static str) -> Scope {
    Scope {
        name,
        resource: None,
    }
}

/// The scope's name, if it is what the attribute needs; a compile error otherwise, since
/// attributes emit constants. For generated code.
#[must_use]
#[track_caller]
#[expect(clippy::panic, reason = "the way in which constants refuse to compile")]
pub const fn scope_name(scope: &Scope, wanted: ScopeOrigin) -> &'static str {
    match (wanted, scope.resource) {
        (ScopeOrigin::Permission, None) => {}
        (ScopeOrigin::ScopeOfDefault, Some(resource)) if resource.default => {}
        (ScopeOrigin::ScopeOf(wanted), Some(resource)) if resource.is(wanted) => {}
        (ScopeOrigin::Permission, Some(_)) => panic!(
            "this is a scope of an API resource, not an organization permission; use \
             `#[require_org_scopes(…)]` or `#[require_scopes(…)]`"
        ),
        (ScopeOrigin::ScopeOfDefault | ScopeOrigin::ScopeOf(_), None) => panic!(
            "this is an organization permission, not a scope of an API resource; use \
             `#[require_org_permission(…)]`"
        ),
        (ScopeOrigin::ScopeOfDefault, Some(_)) => panic!(
            "this is a scope of another resource than the default one; name it by \
             `resource = \"…\"`"
        ),
        (ScopeOrigin::ScopeOf(_), Some(_)) => {
            panic!("this is a scope of another resource than the attribute's `resource`")
        }
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
    fn a_scope_tells_where_it_belongs() {
        assert_eq!(READ.name(), "read:products");
        assert_eq!(READ.resource(), Some("https://api.example.com/products"));
        assert_eq!(INVITE.resource(), None);
        assert_eq!(INVITE.as_ref(), "invite:member");
    }

    #[test]
    fn only_what_the_attribute_needs_has_a_name() {
        let api = ScopeOrigin::ScopeOf("https://api.example.com/products");
        let named = ScopeOrigin::ScopeOf("products");
        let other = ScopeOrigin::ScopeOf("Products");
        for (scope, wanted, refused) in [
            (READ, ScopeOrigin::ScopeOfDefault, None),
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
            match (result, refused) {
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
