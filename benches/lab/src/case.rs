//! A case (an operation to measure), and helpers to build cases.

use std::hint::black_box;

use logto_runtime::{Logto, test_util::TestTenant};
use tokio::runtime::Runtime;

/// An operation to measure. `counts` has two numbers of repetitions, few and many. The program `instructions`
/// measures both, and computes the cost of one repetition from the difference.
pub struct Case {
    pub name: &'static str,
    pub counts: (u64, u64),
    pub prepare: Box<dyn Fn() -> Work>,
}

/// Repeats the operation. The argument is the number of repetitions.
pub type Work = Box<dyn FnMut(u64)>;

impl Case {
    pub fn new<F>(name: &'static str, counts: (u64, u64), prepare: F) -> Self
    where
        F: Fn() -> Work + 'static,
    {
        Self {
            name,
            counts,
            prepare: Box::new(prepare),
        }
    }
}

/// Returns work that verifies the token repeatedly. The work keeps the tenant alive.
pub fn verified(logto: Logto, token: String, tenant: TestTenant) -> Work {
    let runtime = runtime();
    Box::new(move |count| {
        let _served = &tenant;
        runtime.block_on(async {
            for _ in 0..count {
                black_box(logto.verify(&token).await.expect("a good token"));
            }
        });
    })
}

pub fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
}
