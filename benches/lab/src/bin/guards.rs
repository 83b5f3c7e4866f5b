//! The cost of a guard for a request with a cached token: nanoseconds, allocations, bytes.

use std::{cell::RefCell, time::Duration};

use lab::{
    allocations::{self, Counting},
    api::{Api, ROUTES, bearer},
    rounds::{Case, alternate},
    tenant,
};
use logto_runtime::Algorithm;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const ROUNDS: usize = 61;
const SLICE: Duration = Duration::from_millis(10);

fn main() {
    let tenant = tenant::start(Algorithm::ES384);
    let logto = tenant::logto(&tenant).build().expect("a Logto");
    let api = RefCell::new(Api::new(&logto));
    let global = bearer(&tenant::token(&tenant).mint());
    let organization = bearer(&tenant::organization_token(&tenant).mint());
    let send = |path: &str, authorization: &str, count| {
        api.borrow_mut().send(path, authorization, 200, count);
    };

    println!(
        "tokens of {} and {} bytes; {ROUNDS} rounds of {SLICE:?} a case",
        global.len() - "Bearer ".len(),
        organization.len() - "Bearer ".len(),
    );
    println!(
        "{:40}{:>8}{:>9}{:>8}{:>8}{:>8}",
        "", "ns", "more ns", "ratio", "allocs", "bytes"
    );
    for route in &ROUTES {
        let authorization = match route.organization {
            true => organization.as_str(),
            false => global.as_str(),
        };
        let cost = |path| {
            send(path, authorization, 1);
            let total = allocations::during(|| send(path, authorization, 1_000));
            [total.count, total.bytes].map(|total| total as f64 / 1_000.0)
        };
        let case = |name, path| Case::new(name, move |count| send(path, authorization, count));
        let samples = alternate(
            vec![
                case("unguarded", route.unguarded),
                case("unguarded again", route.unguarded),
                case(route.name, route.path),
            ],
            ROUNDS,
            SLICE,
        );
        let [base_count, base_bytes] = cost(route.unguarded);
        for (of, path) in samples
            .iter()
            .zip([route.unguarded, route.unguarded, route.path])
        {
            let [count, bytes] = cost(path);
            println!(
                "{:40}{:>8.0}{:>9.0}{:>8.3}{:>8.1}{:>8.0}",
                of.name,
                of.median(),
                of.more_than(&samples[0]),
                of.ratio_to(&samples[0]),
                count - base_count,
                bytes - base_bytes
            );
        }
    }
}
