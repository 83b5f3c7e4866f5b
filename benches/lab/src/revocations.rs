//! A guarded request with a cached token, with and without a list of revocations.

use std::{mem::ManuallyDrop, time::Duration};

use logto_runtime::{Algorithm, Logto, Revocation, Revocations, test_util::TestTenant};

use crate::{
    api::{Api, GUARDED, ROUTES, bearer},
    case::{Case, runtime},
    tenant,
};

/// How many revocations a long list has.
pub const ENTRIES: usize = 100_000;

/// Returns a list with revocations of this many users. The measured requests are those of another user.
pub fn list(tenant: &TestTenant, entries: usize) -> Revocations {
    let revocations = Revocations::in_memory(tenant.endpoint());
    let runtime = runtime();
    for number in 0..entries {
        let revocation = Revocation::subject(format!("user-{number}"));
        let revoked = runtime.block_on(revocations.revoke(revocation));
        revoked.expect("an id");
    }
    revocations
}

/// Returns the `Logto` of a guard that asks this list of revocations. With `None`, the guard asks no list.
pub fn guard(tenant: &TestTenant, list: Option<&Revocations>) -> Logto {
    let logto = tenant::logto(tenant);
    let logto = match list {
        Some(list) => logto.revocations(list),
        None => logto,
    };
    logto.build().expect("a Logto")
}

pub fn cases(counts: (u64, u64)) -> [Case; 3] {
    [
        ("revocation, without a list", None),
        ("revocation, empty list", Some(0)),
        ("revocation, 100,000 entries", Some(ENTRIES)),
    ]
    .map(|(name, entries)| {
        Case::new(name, counts, move || {
            let tenant = tenant::start(Algorithm::ES384);
            // The list is never dropped, because callgrind would count the drop. The cost of the drop varies
            // by more than the cost of a guard.
            let list = entries.map(|entries| ManuallyDrop::new(list(&tenant, entries)));
            let mut api = Api::new(&guard(&tenant, list.as_deref()));
            // With a list, `Logto` logs an error at the first token with a lifetime of more than an hour.
            let token = tenant::token(&tenant).expires_in(Duration::from_secs(3_600));
            let authorization = bearer(&token.mint());
            Box::new(move |count| {
                let _served = &tenant;
                api.send(ROUTES[GUARDED].path, &authorization, 200, count);
            })
        })
    })
}
