//! A guarded request with a cached token, with and without a list of revocations.

use std::{mem::ManuallyDrop, time::Duration};

use logto_runtime::{
    Algorithm, Logto, Revocation, Revocations,
    test_util::{MemoryLog, TestTenant},
};
use tokio::runtime::{Builder, Runtime};

use crate::{
    api::{Api, GUARDED, ROUTES, bearer},
    case::{Case, runtime},
    tenant,
};

/// How many revocations a long list has.
pub const ENTRIES: usize = 100_000;

/// Returns a list with revocations of this many users. The user of the measured requests is not revoked.
pub fn list(tenant: &TestTenant, entries: usize) -> Revocations {
    let revocations = Revocations::in_memory(tenant.endpoint());
    fill(&revocations, entries, &runtime());
    revocations
}

/// Does the same as [`list`], with a revocation log. The returned runtime reads the log until the runtime is
/// dropped.
pub fn list_over_log(tenant: &TestTenant, entries: usize) -> (Revocations, Runtime) {
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    let revocations = {
        let _entered = runtime.enter();
        let builder = Revocations::builder(tenant.endpoint()).log(MemoryLog::new());
        builder.start().expect("a list")
    };
    let ready = runtime.block_on(revocations.ready());
    ready.expect("the log is read");
    fill(&revocations, entries, &runtime);
    (revocations, runtime)
}

fn fill(revocations: &Revocations, entries: usize, runtime: &Runtime) {
    for number in 0..entries {
        let revocation = Revocation::subject(format!("user-{number}"));
        let revoked = runtime.block_on(revocations.revoke(revocation));
        revoked.expect("the user is revoked");
    }
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

/// Which list the guard of a case asks.
#[derive(Clone, Copy)]
enum Asked {
    Nothing,
    InMemory(usize),
    OverLog(usize),
}

pub fn cases(counts: (u64, u64)) -> [Case; 4] {
    [
        ("revocation, without a list", Asked::Nothing),
        ("revocation, empty list", Asked::InMemory(0)),
        ("revocation, 100,000 entries", Asked::InMemory(ENTRIES)),
        (
            "revocation, 100,000 entries over a log",
            Asked::OverLog(ENTRIES),
        ),
    ]
    .map(|(name, asked)| {
        Case::new(name, counts, move || {
            let tenant = tenant::start(Algorithm::ES384);
            let (list, reads_the_log) = match asked {
                Asked::Nothing => (None, None),
                Asked::InMemory(entries) => (Some(list(&tenant, entries)), None),
                Asked::OverLog(entries) => {
                    let (list, runtime) = list_over_log(&tenant, entries);
                    (Some(list), Some(runtime))
                }
            };
            // The list is never dropped, because callgrind would count the drop. The cost of the drop varies,
            // and this variation is larger than the cost of a guard.
            let list = ManuallyDrop::new(list);
            let reads_the_log = ManuallyDrop::new(reads_the_log);
            let mut api = Api::new(&guard(&tenant, list.as_ref()));
            // The token lives for an hour. If it lived longer, a `Logto` with a list would log an error.
            let token = tenant::token(&tenant).expires_in(Duration::from_secs(3_600));
            let authorization = bearer(&token.mint());
            Box::new(move |count| {
                let _kept = (&tenant, &reads_the_log);
                api.send(ROUTES[GUARDED].path, &authorization, 200, count);
            })
        })
    })
}
