//! The cost that a list of revocations adds to a guarded request with a cached token.
//!
//! Measures three lists. The first list is empty. The second list has 100,000 revocations. The third list has
//! 100,000 revocations, too, and stores them in a log.

use std::{cell::RefCell, time::Duration};

use lab::{
    allocations::{self, Counting},
    api::{Api, GUARDED, ROUTES, bearer},
    revocations::{ENTRIES, guard, list, list_over_log},
    rounds::{Case, alternate},
    tenant,
};
use logto_runtime::Algorithm;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const ROUNDS: usize = 201;
const SLICE: Duration = Duration::from_millis(10);

fn main() {
    let tenant = tenant::start(Algorithm::ES384);
    let [empty, full] = [0, ENTRIES].map(|entries| list(&tenant, entries));
    let (logged, _reads_the_log) = list_over_log(&tenant, ENTRIES);
    let api = |list| RefCell::new(Api::new(&guard(&tenant, list)));
    let apis = [
        ("without the list", api(None)),
        ("without the list, again", api(None)),
        ("with an empty list", api(Some(&empty))),
        ("with an empty list, again", api(Some(&empty))),
        ("with 100,000 revocations", api(Some(&full))),
        ("with 100,000 revocations, again", api(Some(&full))),
        ("with 100,000 revocations over a log", api(Some(&logged))),
        (
            "with 100,000 revocations over a log, again",
            api(Some(&logged)),
        ),
    ];
    let token = tenant::token(&tenant).expires_in(Duration::from_secs(3_600));
    let authorization = bearer(&token.mint());
    let route = &ROUTES[GUARDED];
    let send = |api: &RefCell<Api>, count| {
        api.borrow_mut()
            .send(route.path, &authorization, 200, count);
    };
    let cases = apis
        .iter()
        .map(|(name, api)| Case::new(*name, move |count| send(api, count)))
        .collect();
    let samples = alternate(cases, ROUNDS, SLICE);
    println!(
        "{:44}{:>8}{:>9}{:>8}{:>8}",
        route.name, "ns", "more ns", "allocs", "bytes"
    );
    let cost = |api: &RefCell<Api>| {
        let total = allocations::during(|| send(api, 1_000));
        [total.count, total.bytes].map(|total| total as f64 / 1_000.0)
    };
    let [base_count, base_bytes] = cost(&apis[0].1);
    for (of, (_, api)) in samples.iter().zip(&apis) {
        let [count, bytes] = cost(api);
        println!(
            "{:44}{:>8.0}{:>9.1}{:>8.1}{:>8.0}",
            of.name,
            of.median(),
            of.more_than(&samples[0]),
            count - base_count,
            bytes - base_bytes
        );
    }
}
