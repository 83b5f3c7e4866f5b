//! A program starts a list of revocations, but does not pass the list to the `Logto` of the same tenant. The
//! `Logto` then logs an error.

use logto_runtime::{ConfigError, Logto, Revocations, test_util::MemoryLog};
use tracing::Level;

use crate::{
    events::Events,
    support::{PRODUCTS, tenant, with_resources_of_all_guards},
};

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

#[test]
fn two_different_lists_are_refused_with_the_fix_and_one_list_may_be_given_twice() {
    let own = endpoint("two");
    let (one, other) = (Revocations::in_memory(&own), Revocations::in_memory(&own));
    let logto = || Logto::builder(&own).resource(PRODUCTS);
    for (first, second) in [(&one, &other), (&other, &one)] {
        let error = logto().revocations(first).revocations(second).build();
        let error = error.unwrap_err();
        let of_setting =
            matches!(&error, ConfigError::Setting { setting, .. } if *setting == "revocations");
        assert!(of_setting, "{error:?}");
        assert!(
            error.to_string().ends_with("call `revocations` once"),
            "{error}"
        );
    }
    let twice = logto().revocations(&one).revocations(&one.clone());
    twice.build().unwrap();
    let of_two_tenants = logto()
        .revocations(&Revocations::in_memory(endpoint("elsewhere")))
        .revocations(&one);
    of_two_tenants.build().unwrap_err();
}

#[tokio::test]
async fn a_warm_up_logs_an_error_if_a_list_that_was_started_later_is_not_asked() {
    for (has_log, other_list, reported) in [
        // The `Logto` has no list.
        (false, false, true),
        (true, false, true),
        // The `Logto` has another list. A list with a log can serve that one, too.
        (false, true, true),
        (true, true, false),
    ] {
        let tenant = tenant();
        let own = tenant.revocations().start().unwrap();
        let mut builder = with_resources_of_all_guards(tenant.logto());
        if other_list {
            builder = builder.revocations(&own);
        } else {
            drop(own);
        }
        let logto = builder.build().unwrap();
        let later = tenant.revocations();
        let later = match has_log {
            true => later.log(MemoryLog::new()).start().unwrap(),
            false => later.start().unwrap(),
        };
        let events = Events::collect();
        logto.warm_up().await.unwrap();
        let mut events = events.take();
        events.retain(|event| event.message.contains("`.revocations(&revocations)`"));
        let case = format!("{has_log} {other_list} {events:?}");
        assert_eq!(events.len(), usize::from(reported), "{case}");

        // A list that another `Logto` of the tenant asks is not reported.
        if other_list {
            let second = with_resources_of_all_guards(tenant.logto());
            second.revocations(&later).build().unwrap();
            let events = Events::collect();
            logto.warm_up().await.unwrap();
            let mut events = events.take();
            events.retain(|event| event.message.contains("`.revocations(&revocations)`"));
            assert_eq!(events.len(), 0, "{events:?}");
        }
    }
}
