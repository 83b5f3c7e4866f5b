//! Decides what an event of Logto revokes.

use super::delivery::{Delivery, Listed};
use crate::revocation::{horizon::Margin, target::Target};

/// What to do if the members of an organization change, and Logto does not say who was removed. Logto 1.37
/// never says this. Later versions list at most 5,000 ids.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnlistedChange {
    /// Revokes all tokens for the organization. The clients of the remaining members get new tokens.
    ///
    /// A removed member may also have an old token that does not name an organization. This token is
    /// accepted until it expires, and has the scopes of all organizations of the user. So a guard must not
    /// accept such tokens for a scope that an organization role grants. `cargo logto check` finds these
    /// scopes.
    #[default]
    RevokeOrganization,
    /// Revokes every token of the tenant. Does the same when an organization is deleted. Every client must
    /// get a new token.
    RevokeEverything,
    /// Revokes only the tokens of removed members that Logto lists. A removed member that Logto does not list
    /// keeps access until the token expires.
    Ignore,
}

/// What to do when roles or scopes change. Logto does not say which users this concerns.
///
/// These changes count:
///
/// - A role or an organization role gets other scopes, or is deleted.
/// - A scope of an API resource changes, or is deleted.
/// - An organization permission is created, changes, or is deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum RoleChange {
    /// Logs a warning. Users keep the old scopes until their tokens expire.
    #[default]
    Log,
    /// Revokes every token of the tenant. Every client must get a new token.
    RevokeEverything,
}

/// The settings that change what an event revokes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Handling {
    pub(crate) members_only: bool,
    pub(crate) unlisted: UnlistedChange,
    pub(crate) roles: RoleChange,
}

/// The effect of a delivery: the tokens to revoke, and the problems to log.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Meaning {
    /// Whose tokens to revoke. The margin says for how long new tokens are still refused.
    pub(super) revoke: Vec<(Target, Margin)>,
    /// Whether users may have lost scopes, but keep their tokens.
    pub(super) roles_changed: bool,
    /// The JSON field that should say whose tokens to revoke, but does not.
    pub(super) unreadable: Option<&'static str>,
}

/// Decides what to revoke because of a delivery. Some deliveries, such as a test call, do not revoke
/// anything.
pub(super) fn of(delivery: &Delivery, handling: Handling) -> Meaning {
    let event = delivery.event();
    match event {
        _ if delivery.is_test() => Meaning::default(),
        "User.SuspensionStatus.Updated" if delivery.is_reactivation() => Meaning::default(),
        "User.SuspensionStatus.Updated" | "User.Deleted" => {
            gone(delivery.user(), Target::Subject, "params.userId")
        }
        "Organization.Deleted" => {
            let deleted = delivery.deleted_organization();
            let mut meaning = gone(deleted, Target::Organization, "params.id");
            // The event does not list the members, who may have tokens without an organization.
            if handling.unlisted == UnlistedChange::RevokeEverything {
                meaning.revoke.push((Target::Everything, Margin::Changed));
            }
            meaning
        }
        "Organization.Membership.Updated" => membership(delivery, handling),
        "Role.Deleted"
        | "Role.Scopes.Updated"
        | "OrganizationRole.Deleted"
        | "OrganizationRole.Scopes.Updated"
        | "Scope.Deleted"
        | "Scope.Data.Updated" => roles(handling),
        _ if event.starts_with("OrganizationScope.") => roles(handling),
        _ => Meaning::default(),
    }
}

/// Revokes the tokens of a user that was suspended or deleted, or the tokens for a deleted organization.
/// `field` is the JSON field that should have the id.
fn gone(id: Option<&str>, target: fn(Box<str>) -> Target, field: &'static str) -> Meaning {
    match id {
        Some(id) => Meaning {
            revoke: vec![(target(id.into()), Margin::Gone)],
            ..Meaning::default()
        },
        None => Meaning {
            unreadable: Some(field),
            ..Meaning::default()
        },
    }
}

fn roles(handling: Handling) -> Meaning {
    let revoke = match handling.roles {
        RoleChange::RevokeEverything => vec![(Target::Everything, Margin::Changed)],
        RoleChange::Log => Vec::new(),
    };
    Meaning {
        revoke,
        roles_changed: handling.roles == RoleChange::Log,
        unreadable: None,
    }
}

fn membership(delivery: &Delivery, handling: Handling) -> Meaning {
    let lists = [
        "addedUserIds",
        "addedApplicationIds",
        "removedUserIds",
        "removedApplicationIds",
    ]
    .map(|field| delivery.listed(field));
    let [_, _, users, applications] = &lists;
    let faulty = |list: &Listed<'_>| list.faulty;
    let mut meaning = Meaning {
        unreadable: (faulty(users).then_some("removedUserIds"))
            .or(faulty(applications).then_some("removedApplicationIds")),
        ..Meaning::default()
    };
    let mut revoke = |target, margin| meaning.revoke.push((target, margin));
    // A token that does not name an organization has the scopes of all organizations of the user. The user
    // may need a new token of this kind at once, so the margin is `Changed`: the new token is accepted.
    if !handling.members_only {
        for id in &users.ids {
            revoke(Target::Unbound((*id).into()), Margin::Changed);
        }
    }
    let Some(organization) = delivery.organization() else {
        meaning.unreadable = Some("organizationId");
        return meaning;
    };
    for id in users.ids.iter().chain(&applications.ids) {
        let member = Target::Member {
            organization: organization.into(),
            id: (*id).into(),
        };
        revoke(member, Margin::Gone);
    }
    // If the event has at least one list, an absent list counts as empty.
    let unlisted = lists.iter().all(|list| !list.present) || lists.iter().any(|list| list.cut);
    let all = match handling.unlisted {
        UnlistedChange::RevokeOrganization => Some(Target::Organization(organization.into())),
        UnlistedChange::RevokeEverything => Some(Target::Everything),
        UnlistedChange::Ignore => None,
    };
    if let Some(all) = all.filter(|_| unlisted) {
        revoke(all, Margin::Changed);
    } else {
        // A list that is `null` may hide a removal, so the delivery counts as unreadable.
        let null = (users.null.then_some("removedUserIds"))
            .or(applications.null.then_some("removedApplicationIds"));
        meaning.unreadable = meaning.unreadable.or(null);
    }
    meaning
}
