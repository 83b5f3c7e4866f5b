//! How much memory cached tokens take, and whether the cache stays within its limit.

use lab::{
    allocations::{self, Counting},
    case::runtime,
    tenant,
};
use logto_runtime::{Algorithm, Logto, test_util::TestTenant};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const BOUND: usize = 32 << 20;

fn main() {
    let count = std::env::args().nth(1).map_or(1_000_000, |count| {
        count.parse().expect("a number of tokens")
    });
    each();
    let tenant = tenant::start(Algorithm::EdDSA);
    let logto = build(&tenant, BOUND);
    let runtime = runtime();
    let before = allocations::live_bytes();
    let mut most = 0;
    // The tokens have different lengths, like those of real users.
    let padding = |number: u64| "x".repeat(number as usize % 7 * 200);
    for number in 1..=count {
        let token = tenant::token(&tenant)
            .claim("padding", padding(number))
            .mint();
        drop(
            runtime
                .block_on(logto.verify(&token))
                .expect("a good token"),
        );
        drop(token);
        most = most.max(allocations::live_bytes() - before);
        if number % (count / 10).max(1) == 0 {
            let now = allocations::live_bytes() - before;
            println!("{number} tokens: {now} bytes live, {most} at most, of {BOUND}");
        }
    }
}

/// Prints the mean memory of a cached token. The cache has 10,000 tokens.
fn each() {
    let tenant = tenant::start(Algorithm::EdDSA);
    let runtime = runtime();
    let tokens: Vec<String> = (0..10_000).map(|_| tenant::token(&tenant).mint()).collect();
    let logto = build(&tenant, 64 << 20);
    let before = allocations::live_bytes();
    for token in &tokens {
        drop(runtime.block_on(logto.verify(token)).expect("a good token"));
    }
    let each = (allocations::live_bytes() - before) / tokens.len() as u64;
    println!("{each} bytes for a token of {}", tokens[0].len());
}

fn build(tenant: &TestTenant, bytes: usize) -> Logto {
    let logto = tenant::logto(tenant).token_cache_bytes(bytes).build();
    logto.expect("a Logto")
}
