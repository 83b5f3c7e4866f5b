//! A plain model of a list of revocations. It has random entries (single revocations) of every kind, makes
//! random tokens, and decides whether each token is revoked.

use std::{
    collections::{BTreeMap, HashMap},
    time::{Duration, UNIX_EPOCH},
};

use logto_runtime::test_util::TestTenant;
use serde_json::json;

/// The kinds of entries, each with its share in percent. In addition, there is one entry of the kind
/// `everything`.
const KINDS: [(&str, u64); 6] = [
    ("subject", 35),
    ("member", 25),
    ("token", 15),
    ("client", 10),
    ("unbound", 10),
    ("organization", 5),
];

/// Ids are random numbers below this one, so few ids occur twice. Users and clients get ids from the same
/// range, because a machine is both the subject and the client of its tokens.
const IDS: u64 = 1_000_000;
const ORGANIZATIONS: u64 = 20_000;

/// The greatest age of a token, in seconds. Tokens live for an hour, so none of them expires during the test.
const OLDEST: u64 = 3_300;

/// What an entry revokes: its kind, the organization (only for the kind `member`), and the id.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Target(&'static str, Option<u64>, u64);

pub(super) struct Model {
    /// The `not_before` of each target.
    entries: HashMap<Target, u64>,
    targets: Vec<Target>,
    random: Random,
    now: u64,
}

/// The claims of a token that decide whether it is revoked.
#[derive(Debug)]
pub(super) struct Token {
    issued_at: u64,
    subject: u64,
    client: u64,
    actor: Option<u64>,
    organization: Option<u64>,
    /// Whether the audience names the organization. Otherwise, the claim `organization_id` does.
    in_audience: bool,
    id: u64,
}

/// A linear congruential generator. It gives the same numbers on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = (self.0)
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) % limit
    }

    fn one_in(&mut self, number: u64) -> bool {
        self.below(number) == 0
    }
}

impl Model {
    /// Returns a model with this number of entries, and the log records for these entries. Some targets have
    /// several records with different times.
    pub(super) fn random(entries: usize, tenant: &TestTenant) -> (Self, Vec<String>) {
        let now = tenant.now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let mut model = Self {
            entries: HashMap::new(),
            targets: Vec::new(),
            random: Random(42),
            now,
        };
        // This entry refuses only the oldest tokens.
        let mut records = vec![model.add(Target("everything", None, 0), now - OLDEST * 9 / 10)];
        while model.entries.len() < entries {
            let target = match model.targets.last() {
                Some(last) if model.random.one_in(100) => last.clone(),
                _ => model.new_target(),
            };
            // The earliest time is before the oldest token. The latest is ten seconds from now, because a
            // suspension also refuses the tokens of the next ten seconds.
            let not_before = now + 10 - model.random.below(OLDEST * 6 / 5);
            records.push(model.add(target, not_before));
        }
        (model, records)
    }

    fn new_target(&mut self) -> Target {
        let mut share = self.random.below(100);
        for (kind, percent) in KINDS {
            if share < percent {
                let organization = (kind == "member").then(|| self.random.below(ORGANIZATIONS));
                let ids = match kind {
                    "organization" => ORGANIZATIONS,
                    _ => IDS,
                };
                return Target(kind, organization, self.random.below(ids));
            }
            share -= percent;
        }
        unreachable!("the shares of the kinds are a hundred percent")
    }

    /// Adds an entry, or raises the `not_before` of the target's entry. Returns the log record.
    fn add(&mut self, target: Target, not_before: u64) -> String {
        let Target(kind, organization, id) = &target;
        let mut record = json!({ "v": 1, "kind": kind, "not_before": not_before });
        if *kind != "everything" {
            record["id"] = json!(name(*id));
        }
        if let Some(organization) = organization {
            record["organization"] = json!(name(*organization));
        }
        match self.entries.get_mut(&target) {
            Some(known) => *known = not_before.max(*known),
            None => {
                self.entries.insert(target.clone(), not_before);
                self.targets.push(target);
            }
        }
        record.to_string()
    }

    /// Returns a random token. Half of all tokens get the ids of a target.
    pub(super) fn token(&mut self) -> Token {
        let random = &mut self.random;
        let subject = random.below(IDS);
        let mut token = Token {
            issued_at: self.now - random.below(OLDEST),
            subject,
            client: if random.one_in(4) {
                subject
            } else {
                random.below(IDS)
            },
            actor: random.one_in(4).then(|| random.below(IDS)),
            organization: (!random.one_in(3)).then(|| random.below(ORGANIZATIONS)),
            in_audience: random.one_in(2),
            id: random.below(IDS),
        };
        if random.one_in(2) {
            let target = random.below(self.targets.len() as u64) as usize;
            let target = self.targets[target].clone();
            self.aim(&mut token, &target);
        }
        token
    }

    /// Gives a token the ids of this target. For a tenth of these tokens, the `iat` is the `not_before` of
    /// the target, a second less, or a second more.
    fn aim(&mut self, token: &mut Token, target: &Target) {
        let (random, Target(kind, organization, id)) = (&mut self.random, target);
        let at_the_time = random.one_in(10);
        match *kind {
            "client" => token.client = *id,
            "organization" => token.organization = Some(*id),
            "token" => token.id = *id,
            "everything" => {}
            // The kinds `subject`, `member` and `unbound`. An `unbound` entry revokes those tokens of a user
            // that have no organization.
            _ => {
                match random.below(3) {
                    0 => token.subject = *id,
                    1 => token.actor = Some(*id),
                    // The token of a machine.
                    _ => (token.subject, token.client) = (*id, *id),
                }
                // A member can also be an application that is the client of a user's token.
                if *kind == "member" && random.one_in(3) {
                    (token.subject, token.client) = (random.below(IDS), *id);
                }
                if *kind == "member" {
                    token.organization = *organization;
                } else if *kind == "unbound" && !random.one_in(3) {
                    token.organization = None;
                }
            }
        }
        if at_the_time {
            let near = self.entries[target] + random.below(3) - 1;
            token.issued_at = near.clamp(self.now - OLDEST, self.now);
        }
    }

    /// Returns the kinds of the entries that refuse a token. The result is empty if the token is accepted.
    pub(super) fn refused_by(&self, token: &Token) -> Vec<&'static str> {
        let mut named = vec![
            Target("everything", None, 0),
            Target("client", None, token.client),
            Target("token", None, token.id),
        ];
        let people = || [Some(token.subject), token.actor].into_iter().flatten();
        named.extend(people().map(|id| Target("subject", None, id)));
        match token.organization {
            Some(organization) => {
                named.push(Target("organization", None, organization));
                let members = people().chain([token.client]);
                named.extend(members.map(|id| Target("member", Some(organization), id)));
            }
            None => named.extend(people().map(|id| Target("unbound", None, id))),
        }
        let refuses = |target: &Target| {
            // An entry for one `jti` refuses its token at any `iat`.
            let entry = self.entries.get(target);
            entry.is_some_and(|not_before| target.0 == "token" || token.issued_at < *not_before)
        };
        let mut kinds: Vec<_> = named
            .iter()
            .filter(|it| refuses(it))
            .map(|it| it.0)
            .collect();
        kinds.dedup();
        kinds
    }
}

impl Token {
    pub(super) fn mint(&self, tenant: &TestTenant) -> String {
        let token = tenant.token().user(name(self.subject));
        let token = token
            .claim("client_id", name(self.client))
            .claim("jti", name(self.id));
        let token = token.issued_at(UNIX_EPOCH + Duration::from_secs(self.issued_at));
        let token = match self.actor {
            Some(actor) => token.claim("act", json!({ "sub": name(actor) })),
            None => token,
        };
        let token = match self.organization {
            Some(organization) => token.organization(name(organization)),
            None => token,
        };
        match self.organization {
            Some(_) if self.in_audience => token.mint(),
            _ => token.resource(super::replica::API).mint(),
        }
    }
}

/// Counts, for each kind, the tokens that only an entry of this kind refuses.
#[derive(Debug, Default)]
pub(super) struct Deciding(BTreeMap<&'static str, usize>);

impl Deciding {
    pub(super) fn add(&mut self, refused_by: &[&'static str]) {
        if let [kind] = refused_by {
            *self.0.entry(kind).or_default() += 1;
        }
    }

    /// Asserts that each kind alone has refused more than five tokens.
    pub(super) fn assert_all(&self) {
        for kind in KINDS
            .map(|(kind, _)| kind)
            .into_iter()
            .chain(["everything"])
        {
            let decided = self.0.get(kind).copied().unwrap_or_default();
            assert!(
                decided > 5,
                "more than five tokens must be refused by a `{kind}` alone: {self:?}"
            );
        }
    }
}

fn name(id: u64) -> String {
    format!("id-{id}")
}
