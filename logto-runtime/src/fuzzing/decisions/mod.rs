//! Checks the decision about random tokens and requirements. It equals a naive one, and more scopes
//! never turn it into a rejection.

use std::{
    collections::BTreeSet,
    sync::{Arc, LazyLock},
};

use proptest::{
    collection::vec,
    option,
    prelude::*,
    sample::{Index, select},
};
use serde_json::{Value, json};

use super::scope::holds;
use crate::{
    decide::{DecisionError, Names, Requested, clients::Clients, decide, resources::Resources},
    jwks::VerificationKey,
    policy::requirement::{OrganizationSource, Requirement, RequirementKind, ScopeExpr, Subject},
    token::claims::UnverifiedClaims,
    verify::Verified,
};

const API: &str = "https://api.example.com";
const OTHER: &str = "https://other.example.com";

static KEY: LazyLock<Arc<VerificationKey>> = LazyLock::new(|| {
    let examples: Value = serde_json::from_str(include_str!("../jwks/rfc_examples.json")).unwrap();
    let mut jwk = examples[1]["jwk"].clone();
    jwk["kid"] = json!("k");
    Arc::new(VerificationKey::parse(&jwk).unwrap())
});

/// A request that is about an organization and a user.
#[derive(Clone, Copy, Debug)]
struct Request {
    organization: &'static str,
    user: &'static str,
    /// Whether a recognised path parameter names it.
    named: bool,
}

impl Requested for Request {
    fn compare(&mut self, source: OrganizationSource, of_token: &str) -> Result<(), DecisionError> {
        match source {
            OrganizationSource::Token => Ok(()),
            _ if of_token == self.organization => Ok(()),
            _ => Err(DecisionError::OrganizationMismatch),
        }
    }

    fn compare_subject(&mut self, _: &'static str, of_token: &str) -> Result<(), DecisionError> {
        match of_token == self.user {
            true => Ok(()),
            false => Err(DecisionError::SubjectMismatch),
        }
    }

    fn is_named(&mut self) -> Result<bool, DecisionError> {
        Ok(self.named)
    }
}

/// The claims of a token that decisions depend on.
#[derive(Clone, Debug)]
struct Token {
    audience: &'static str,
    organization_id: Option<&'static str>,
    machine: bool,
    scopes: BTreeSet<&'static str>,
}

impl Token {
    fn verified(&self) -> Verified {
        let mut claims = json!({
            "iss": "i", "jti": "t", "exp": 2, "iat": 1, "client_id": "My app",
            "sub": if self.machine { "My app" } else { "alice" },
            "aud": self.audience,
            "scope": self.scopes.iter().copied().collect::<Vec<_>>().join(" "),
        });
        if let Some(id) = self.organization_id {
            claims["organization_id"] = json!(id);
        }
        let json = claims.to_string();
        let claims = UnverifiedClaims::parse(json.as_bytes()).unwrap();
        Verified::unchecked(&claims, Arc::clone(&KEY))
    }

    fn meets(&self, requirement: &'static Requirement) -> bool {
        meets(&self.verified(), requirement)
    }

    /// Decides in the naive way: a global requirement has its place, and the token meets one.
    fn meets_naively(&self, requirement: &Requirement, request: Request) -> bool {
        let misplaced = |one: &Requirement| {
            request.named
                && one.kind() == RequirementKind::Scopes
                && one.organization() != OrganizationSource::Any
        };
        !misplaced(requirement)
            && !requirement.alternatives().iter().any(misplaced)
            && self.meets_one_naively(requirement, request)
    }

    /// Decides in the naive way, from the table of permission models.
    fn meets_one_naively(&self, requirement: &Requirement, request: Request) -> bool {
        let for_resource = self.audience == requirement.resource().unwrap_or(API);
        let of_audience = self.audience.strip_prefix("urn:logto:organization:");
        let here = |organization: Option<&str>| match requirement.organization() {
            OrganizationSource::Token => organization.is_some(),
            _ => organization == Some(request.organization),
        };
        let scopes = || {
            requirement
                .scope_expr()
                .is_some_and(|scopes| holds(scopes, &self.scopes))
        };
        let subject = match requirement.subject() {
            None => true,
            Some(Subject::User) => !self.machine,
            Some(Subject::Machine) => self.machine,
            Some(Subject::Path(_)) => !self.machine && request.user == "alice",
        } && requirement.client().is_none_or(|client| client == "My app");
        match requirement.kind() {
            RequirementKind::Authenticated => for_resource && subject,
            RequirementKind::Scopes => {
                for_resource && self.organization_id.is_none() && subject && scopes()
            }
            RequirementKind::OrganizationPermission => here(of_audience) && subject && scopes(),
            RequirementKind::OrganizationScopes => {
                for_resource && here(self.organization_id) && subject && scopes()
            }
            RequirementKind::Alternatives => requirement
                .alternatives()
                .iter()
                .any(|one| self.meets_one_naively(one, request)),
            RequirementKind::ByHand => false,
        }
    }
}

/// Whether the token meets the requirement for a request about the organization `acme`, which no
/// path parameter names.
fn meets(token: &Verified, requirement: &'static Requirement) -> bool {
    decided(token, requirement, request("acme", "alice", false)).is_ok()
}

fn request(organization: &'static str, user: &'static str, named: bool) -> Request {
    Request {
        organization,
        user,
        named,
    }
}

/// Decides for a request. Returns the requirement that was met, or the reason.
fn decided(
    token: &Verified,
    requirement: &'static Requirement,
    mut request: Request,
) -> Result<&'static Requirement, DecisionError> {
    let mut resources = Resources::default();
    resources.add(API.to_owned()).unwrap();
    let clients = Clients::default();
    let names = Names {
        resources: &resources,
        clients: &clients,
    };
    decide(requirement, token, names, &mut request).map_err(|unmet| unmet.error)
}

fn scope() -> impl Strategy<Value = &'static str> {
    select(vec![
        "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l",
    ])
}

fn user() -> impl Strategy<Value = &'static str> {
    select(vec!["alice", "bob", "My app"])
}

fn token() -> impl Strategy<Value = Token> {
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

/// Whether these may be alternatives: not a global one without `org = any` beside an organization.
fn compiles(alternatives: &[Requirement]) -> bool {
    let global = |one: &Requirement| {
        one.kind() == RequirementKind::Scopes && one.organization() != OrganizationSource::Any
    };
    !(alternatives.iter().any(global) && alternatives.iter().any(Requirement::wants_organization))
}

fn requirement() -> impl Strategy<Value = &'static Requirement> {
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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_096))]

    #[test]
    fn decisions_agree_with_a_naive_implementation(
        token in token(), requirement in requirement(), user in user(), named in any::<bool>()
    ) {
        let request = request("acme", user, named);
        let decision = decided(&token.verified(), requirement, request);
        prop_assert_eq!(decision.is_ok(), token.meets_naively(requirement, request));
    }

    #[test]
    fn earlier_decisions_do_not_change_later_ones(
        tokens in vec(token(), 2),
        requirements in vec(requirement(), 1..12),
        requests in vec((any::<Index>(), any::<Index>(), select(vec!["acme", "globex"]), user(), any::<bool>()), 0..40),
    ) {
        let verified: Vec<Verified> = tokens.iter().map(Token::verified).collect();
        for (token, requirement, organization, user, named) in requests {
            let request = request(organization, user, named);
            let (token, requirement) = (token.index(tokens.len()), *requirement.get(&requirements));
            let decision = decided(&verified[token], requirement, request);
            let first = decided(&tokens[token].verified(), requirement, request);
            prop_assert_eq!(&decision, &first);
            let naive = tokens[token].meets_naively(requirement, request);
            prop_assert_eq!(decision.is_ok(), naive);
        }
    }

    #[test]
    fn a_token_with_one_more_scope_still_meets_the_requirement(
        token in token(), more in scope(), requirement in requirement()
    ) {
        let mut richer = token.clone();
        richer.scopes.insert(more);
        prop_assert!(!token.meets(requirement) || richer.meets(requirement));
    }

    #[test]
    fn without_scopes_a_token_meets_only_authentication(
        token in token(), requirement in requirement()
    ) {
        let asks_for_scopes = |one: &Requirement| one.kind() != RequirementKind::Authenticated;
        let all_ask = requirement.alternatives().iter().all(asks_for_scopes)
            && asks_for_scopes(requirement);
        let poorer = Token { scopes: BTreeSet::new(), ..token };
        prop_assert!(!all_ask || !poorer.meets(requirement));
    }
}
