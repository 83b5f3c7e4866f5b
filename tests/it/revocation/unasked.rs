//! A program starts a list of revocations, but does not pass the list to the `Logto` of the same tenant. The
//! `Logto` then logs an error.

use logto_runtime::{Logto, Revocations, test_util::MemoryLog};
use tracing::Level;

use crate::{events::Events, support::PRODUCTS};

/// Each case has an endpoint of its own, because other tests in this process start lists, too.
fn endpoint(case: &str) -> String {
    format!("https://unasked-{case}.logto.app")
}

#[derive(Clone, Copy, Debug)]
enum Case {
    NotPassed,
    NotPassedInMemory,
    Passed,
    OfAnotherTenant,
    Dropped,
    NeverStarted,
}

#[tokio::test]
async fn a_logto_logs_an_error_if_a_list_of_its_tenant_exists_but_was_not_passed_to_it() {
    for (case, reported) in [
        (Case::NotPassed, true),
        (Case::NotPassedInMemory, true),
        (Case::Passed, false),
        (Case::OfAnotherTenant, false),
        (Case::Dropped, false),
        (Case::NeverStarted, false),
    ] {
        let own = endpoint(&format!("{case:?}").to_lowercase());
        let mut list = match case {
            Case::NeverStarted => None,
            Case::NotPassedInMemory => Some(Revocations::builder(&own)),
            Case::OfAnotherTenant => Some(Revocations::builder(endpoint("other"))),
            // The endpoint of the `Logto`, in another spelling.
            _ => Some(Revocations::builder(format!("{own}:443/"))),
        }
        .map(|it| match case {
            Case::NotPassedInMemory => it.start().unwrap(),
            _ => it.log(MemoryLog::new()).start().unwrap(),
        });
        if matches!(case, Case::Dropped) {
            list = None;
        }
        let events = Events::collect();
        let mut logto = Logto::builder(&own).resource(PRODUCTS);
        if let (Case::Passed, Some(list)) = (case, &list) {
            logto = logto.revocations(list);
        }
        logto.build().unwrap();
        let mut events = events.take();
        events.retain(|event| event.message.contains("`.revocations(&revocations)`"));
        assert_eq!(events.len(), usize::from(reported), "{case:?} {events:?}");
        assert!(events.iter().all(|event| event.level == Level::ERROR));
        drop(list);
    }
}
