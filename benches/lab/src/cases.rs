//! The cases that `cargo bench` and `instructions` measure one by one.

use std::{hint::black_box, rc::Rc};

use logto_runtime::{Algorithm, test_util::TestTenant};

use crate::{
    api::{Api, GUARDED, ROUTES, Route, UNGUARDED, UNGUARDED_IN_ORGANIZATION, bearer},
    bare,
    case::{Case, Work, runtime, verified},
    scale,
    signed::{Key, Signed},
    tenant,
};

/// Two numbers of repetitions, few and many, for a case that checks a signature at most once in total.
const CHEAP: (u64, u64) = (1_000, 11_000);
/// Two numbers of repetitions, few and many, for a case that checks a signature in each repetition.
const DEAR: (u64, u64) = (10, 60);

pub fn all() -> Vec<Case> {
    let mut cases = vec![
        request("request, unguarded", UNGUARDED, false),
        request(
            "request, unguarded, path parameter",
            UNGUARDED_IN_ORGANIZATION,
            true,
        ),
    ];
    cases.extend(ROUTES.map(
        |Route {
             name,
             path,
             organization,
             ..
         }| { request(name, path, organization) },
    ));
    cases.push(Case::new("cached token", CHEAP, || {
        let tenant = tenant::start(Algorithm::ES384);
        let token = tenant::token(&tenant).mint();
        verified(
            tenant::logto(&tenant).build().expect("a Logto"),
            token,
            tenant,
        )
    }));
    cases.extend(bare::cases(DEAR));
    cases.extend(first_seen());
    cases.extend(refusals());
    cases.extend(scale::cases(CHEAP));
    #[cfg(feature = "revocation")]
    cases.extend(crate::revocations::cases(CHEAP));
    cases
}

fn request(name: &'static str, path: &'static str, organization: bool) -> Case {
    Case::new(name, CHEAP, move || {
        let tenant = tenant::start(Algorithm::ES384);
        let mut api = Api::new(&tenant::logto(&tenant).build().expect("a Logto"));
        let token = match organization {
            true => tenant::organization_token(&tenant).mint(),
            false => tenant::token(&tenant).mint(),
        };
        let authorization = bearer(&token);
        Box::new(move |count| {
            let _served = &tenant;
            api.send(path, &authorization, 200, count);
        })
    })
}

fn first_seen() -> [Case; 4] {
    [
        ("uncached, ES384", Algorithm::ES384),
        ("uncached, ES256", Algorithm::ES256),
        ("uncached, RS256", Algorithm::RS256),
        ("uncached, EdDSA", Algorithm::EdDSA),
    ]
    .map(|(name, algorithm)| {
        let signed = move || Key::Of(algorithm).sign(1);
        Case::new(name, DEAR, move || never_cached(&signed()))
    })
}

/// Verifies the tokens in turn, with the cache off.
pub fn never_cached(signed: &Rc<Signed>) -> Work {
    in_turn(signed, 0)
}

/// More tokens than fit into the small cache of [`always_evicted`].
pub const MANY_TOKENS: usize = 2_000;

/// Verifies the tokens in turn, with a small cache. With [`MANY_TOKENS`] tokens, each token has left the
/// cache when its turn comes again.
pub fn always_evicted(signed: &Rc<Signed>) -> Work {
    in_turn(signed, 100_000)
}

fn in_turn(signed: &Rc<Signed>, token_cache_bytes: usize) -> Work {
    let logto = signed.logto().token_cache_bytes(token_cache_bytes).build();
    let (logto, signed) = (logto.expect("a Logto"), Rc::clone(signed));
    let runtime = runtime();
    let mut next = 0;
    Box::new(move |count| {
        runtime.block_on(async {
            for _ in 0..count {
                let token = &signed.tokens[next];
                black_box(logto.verify(token).await.expect("a good token"));
                next = (next + 1) % signed.tokens.len();
            }
        });
    })
}

pub fn refusals() -> [Case; 6] {
    type Mint = fn(&TestTenant) -> String;
    let cases: [(&'static str, (u64, u64), Mint); 6] = [
        ("refused, garbage header", CHEAP, |tenant| {
            tenant::token(tenant).raw_header("\"garbage\"").mint()
        }),
        ("refused, opaque token", CHEAP, |tenant| {
            tenant::token(tenant).opaque().mint()
        }),
        ("refused, expired", CHEAP, |tenant| {
            tenant::token(tenant).claim("exp", 1_700_000_000).mint()
        }),
        ("refused, wrong issuer", CHEAP, |tenant| {
            tenant::token(tenant)
                .issuer("https://other.example/oidc")
                .mint()
        }),
        ("refused, forged under another kid", CHEAP, |tenant| {
            tenant::token(tenant)
                .header("kid", "none of the key set's")
                .mint()
        }),
        ("refused, forged under a real kid", DEAR, |tenant| {
            tenant::token(tenant).tampered().mint()
        }),
    ];
    cases.map(|(name, counts, mint)| {
        Case::new(name, counts, move || {
            let tenant = tenant::start(Algorithm::ES384);
            // The key set is fixed, so that a token with an unknown `kid` does not wait for a refresh.
            let logto = tenant::logto(&tenant).jwks_json(tenant.jwks_json()).build();
            let mut api = Api::new(&logto.expect("a Logto"));
            let authorization = bearer(&mint(&tenant));
            let guarded = &ROUTES[GUARDED];
            Box::new(move |count| api.send(guarded.path, &authorization, 401, count))
        })
    })
}
