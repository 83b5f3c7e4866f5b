//! Formats requirements as the attributes that declare them. Alternatives are the arguments of
//! `require_any(…)`.

use std::fmt::{self, Display, Formatter};

use super::{OrganizationSource, Requirement, RequirementKind, ScopeExpr, Subject};

/// Formats the attribute that declares the requirement, such as
/// `require_scopes("read:products", resource = "org")`.
impl Display for Requirement {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            RequirementKind::Authenticated => "require_auth",
            RequirementKind::Scopes => "require_scopes",
            RequirementKind::OrganizationPermission => "require_org_permission",
            RequirementKind::OrganizationScopes => "require_org_scopes",
            RequirementKind::Alternatives => "require_any",
            RequirementKind::ByHand => "guarded_by",
        })?;
        let mut arguments = Arguments { f, any: false };
        match &self.scopes {
            Some(ScopeExpr::All(list)) => arguments.each(list)?,
            Some(scopes) => arguments.one(scopes)?,
            None => {}
        }
        arguments.alternatives(self.alternatives)?;
        if self.kind == RequirementKind::ByHand {
            arguments.one(format_args!("{:?}", self.by_hand))?;
        }
        if let Some(resource) = self.resource {
            arguments.one(format_args!("resource = {resource:?}"))?;
        }
        match self.organization {
            OrganizationSource::Route => {}
            OrganizationSource::Path(name) => {
                arguments.one(format_args!("org = path({name:?})"))?;
            }
            OrganizationSource::Header(name) => {
                arguments.one(format_args!("org = header({name:?})"))?;
            }
            OrganizationSource::Token => arguments.one("org = token")?,
            OrganizationSource::Any => arguments.one("org = any")?,
        }
        match self.subject {
            None => {}
            Some(Subject::User) => arguments.one("subject = user")?,
            Some(Subject::Machine) => arguments.one("subject = machine")?,
            Some(Subject::Path(name)) => {
                arguments.one(format_args!("subject = path({name:?})"))?;
            }
        }
        if let Some(client) = self.client {
            arguments.one(format_args!("client = {client:?}"))?;
        }
        arguments.end()
    }
}

impl Display for ScopeExpr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (name, list) = match self {
            Self::One(scope) => return write!(f, "{scope:?}"),
            Self::All(list) => ("all", list),
            Self::Any(list) => ("any", list),
        };
        f.write_str(name)?;
        let mut arguments = Arguments { f, any: false };
        arguments.each(list)?;
        arguments.end()
    }
}

/// Writes arguments in parentheses. Without arguments, writes nothing.
struct Arguments<'a, 'b> {
    f: &'a mut Formatter<'b>,
    /// Whether an argument has been written.
    any: bool,
}

impl Arguments<'_, '_> {
    fn one(&mut self, argument: impl Display) -> fmt::Result {
        let before = if self.any { ", " } else { "(" };
        self.any = true;
        write!(self.f, "{before}{argument}")
    }

    fn each(&mut self, arguments: &[impl Display]) -> fmt::Result {
        arguments.iter().try_for_each(|argument| self.one(argument))
    }

    /// Writes alternatives as one list, because nesting does not change their meaning.
    fn alternatives(&mut self, alternatives: &[Requirement]) -> fmt::Result {
        for alternative in alternatives {
            match alternative.alternatives {
                [] => self.one(alternative)?,
                nested => self.alternatives(nested)?,
            }
        }
        Ok(())
    }

    fn end(self) -> fmt::Result {
        self.f.write_str(if self.any { ")" } else { "" })
    }
}

#[cfg(test)]
mod tests {
    use super::{ScopeExpr::*, *};

    #[test]
    fn a_requirement_is_formatted_as_its_attribute() {
        const ANY: &[ScopeExpr] = &[One("b"), All(&[One("c"), One("d")])];
        const EITHER: &[Requirement] = &[
            Requirement::scopes(One("a")),
            Requirement::authenticated().with_subject(Subject::User),
        ];
        const NESTED: &[Requirement] =
            &[Requirement::any_of(EITHER), Requirement::by_hand("API key")];
        let header = OrganizationSource::Header("x-organization-id");
        for (requirement, expected) in [
            (Requirement::authenticated(), "require_auth"),
            (
                Requirement::authenticated().with_resource("org"),
                r#"require_auth(resource = "org")"#,
            ),
            (
                Requirement::scopes(One("read:products")).with_subject(Subject::Machine),
                r#"require_scopes("read:products", subject = machine)"#,
            ),
            (
                Requirement::scopes(All(&[One("a"), Any(ANY)])),
                r#"require_scopes("a", any("b", all("c", "d")))"#,
            ),
            (
                Requirement::scopes(Any(ANY)),
                r#"require_scopes(any("b", all("c", "d")))"#,
            ),
            (
                Requirement::organization_permission(One("a"))
                    .with_organization(OrganizationSource::Path("id")),
                r#"require_org_permission("a", org = path("id"))"#,
            ),
            (
                Requirement::organization_scopes(One("a"))
                    .with_resource("https://api.example.com")
                    .with_organization(header),
                r#"require_org_scopes("a", resource = "https://api.example.com", org = header("x-organization-id"))"#,
            ),
            (
                Requirement::organization_permission(One("a"))
                    .with_organization(OrganizationSource::Token),
                r#"require_org_permission("a", org = token)"#,
            ),
            (
                Requirement::scopes(One("a")).with_organization(OrganizationSource::Any),
                r#"require_scopes("a", org = any)"#,
            ),
            (
                Requirement::authenticated()
                    .with_subject(Subject::Path("user_id"))
                    .with_client("my-spa"),
                r#"require_auth(subject = path("user_id"), client = "my-spa")"#,
            ),
            (
                Requirement::by_hand("API key or read:models"),
                r#"guarded_by("API key or read:models")"#,
            ),
            (
                Requirement::any_of(EITHER),
                r#"require_any(require_scopes("a"), require_auth(subject = user))"#,
            ),
            (
                Requirement::any_of(NESTED),
                r#"require_any(require_scopes("a"), require_auth(subject = user), guarded_by("API key"))"#,
            ),
        ] {
            assert_eq!(requirement.to_string(), expected);
        }
    }
}
