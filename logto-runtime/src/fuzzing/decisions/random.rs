//! Random tokens and requirements, chosen so that tokens often meet requirements.

use proptest::{collection::vec, option, prelude::*, sample::select};

use super::naive::{API, OTHER, Token};
use crate::policy::requirement::{
    OrganizationSource, Requirement, RequirementKind, ScopeExpr, Subject,
};

pub(super) fn scope() -> impl Strategy<Value = &'static str> {
    select(vec![
        "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l",
    ])
}

pub(super) fn user() -> impl Strategy<Value = &'static str> {
    select(vec!["alice", "bob", "My app"])
}

pub(super) fn token() -> impl Strategy<Value = Token> {
    let target = select(vec![
        (API, None),
        (API, Some("acme")),
        (API, Some("globex")),
        (OTHER, None),
        (OTHER, Some("acme")),
        ("urn:logto:organization:acme", None),
        ("urn:logto:organization:acme", Some("acme")),
        ("urn:logto:organization:globex", None),
        ("urn:logto:resource:organizations", Some("acme")),
    ]);
    let scopes = prop::collection::btree_set(scope(), 0..12);
    (target, any::<bool>(), scopes).prop_map(|((audience, organization_id), machine, scopes)| {
        Token {
            audience,
            organization_id,
            machine,
            scopes,
        }
    })
}

/// Leaks the list, because a requirement refers to `'static` data. A test may leak memory.
fn leaked<T>(list: Vec<T>) -> &'static [T] {
    Vec::leak(list)
}

fn expression() -> impl Strategy<Value = ScopeExpr> {
    scope()
        .prop_map(ScopeExpr::One)
        .prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                vec(inner.clone(), 0..4).prop_map(|all| ScopeExpr::All(leaked(all))),
                vec(inner, 0..4).prop_map(|any| ScopeExpr::Any(leaked(any))),
            ]
        })
}

/// Whether a policy with these alternatives compiles. If one alternative wants an organization, each
/// alternative with global scopes must have `org = any`.
fn compiles(alternatives: &[Requirement]) -> bool {
    let global = |one: &Requirement| {
        one.kind() == RequirementKind::Scopes && one.organization() != OrganizationSource::Any
    };
    !(alternatives.iter().any(global) && alternatives.iter().any(Requirement::wants_organization))
}

pub(super) fn requirement() -> impl Strategy<Value = &'static Requirement> {
    let plain = prop_oneof![
        Just(Requirement::authenticated()),
        expression().prop_map(Requirement::scopes),
        expression().prop_map(Requirement::organization_permission),
        expression().prop_map(Requirement::organization_scopes),
    ];
    let source = select(vec![
        OrganizationSource::Route,
        OrganizationSource::Token,
        OrganizationSource::Header("x"),
        OrganizationSource::Path("x"),
    ]);
    let subject = option::of(select(vec![
        Subject::User,
        Subject::Machine,
        Subject::Path("user_id"),
    ]));
    let client = option::of(select(vec!["My app", "Another app"]));
    let one = (plain, option::of(Just(OTHER)), source, subject, client);
    let one = one.prop_map(|(requirement, resource, source, subject, client)| {
        let requirement = match requirement.kind() {
            // With global scopes, a requirement has either `org = any` or no `org`. A quarter of these
            // requirements get `org = any`.
            RequirementKind::Scopes if source == OrganizationSource::Token => {
                requirement.with_organization(OrganizationSource::Any)
            }
            _ if requirement.wants_organization() => requirement.with_organization(source),
            _ => requirement,
        };
        let resource =
            resource.filter(|_| requirement.kind() != RequirementKind::OrganizationPermission);
        let requirement =
            resource.map_or(requirement, |resource| requirement.with_resource(resource));
        let requirement = subject.map_or(requirement, |subject| requirement.with_subject(subject));
        client.map_or(requirement, |client| requirement.with_client(client))
    });
    let any = vec(one.clone(), 0..4)
        .prop_filter("does not compile", |all| compiles(all))
        .prop_map(|all| Requirement::any_of(leaked(all)));
    prop_oneof![3 => one, 1 => any].prop_map(|requirement| &leaked(vec![requirement])[0])
}
