//! For each `RejectionCode`, sends a request that causes it, and checks the log event.

mod service;
mod tokens;

use std::collections::BTreeSet;

use logto_runtime::{RejectionCode, test_util::TestTenant};

use self::{
    Known::{Caller, Key, Nothing},
    service::{decisions_of_the_program, faults_of_the_service, revoked_tokens},
    tokens::{unusable_headers, wrong_tokens},
};
use super::{Observed, Refusal};
use crate::support::{NOW, ORG, PRODUCTS, at};

/// The part of the token that the log event of a refused request must show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    Nothing,
    /// The `kid` of the header.
    Key,
    /// The `client_id` and the subject of a verified token.
    Caller,
}

fn tenant() -> TestTenant {
    let tenant = TestTenant::builder()
        .resource(PRODUCTS, ["read:products", "write:orders"])
        .resource(ORG, ["read:data"])
        .start();
    tenant.set_now(at(NOW));
    tenant
}

fn observed(tenant: &TestTenant) -> Observed {
    Observed::new(tenant.logto().deny_if(|auth| auth.subject() == "mallory"))
}

#[track_caller]
fn assert_explains(refusal: &Refusal, known: Known, kid: &str, case: &str) {
    let fields = &refusal.event.fields;
    let mut names = BTreeSet::from(["code", "help", "reason", "status"]);
    names.extend([
        "expected_audience",
        "expected_issuer",
        "requirement",
        "route",
    ]);
    if case.contains("/plan") {
        // The handler does not have a guard.
        names.remove("requirement");
    } else if case.contains("misconfigured") {
        // The builder does not know the resource that the guard names.
        names.remove("expected_audience");
    }
    if case == "application" {
        // This rejection comes from a handler, so the event names neither a route nor a requirement.
        names.retain(|name| !matches!(*name, "requirement" | "route"));
    }
    match known {
        Nothing => {}
        Key => assert!(names.insert("kid")),
        Caller => names.extend(["client_id", "subject"]),
    }
    assert_eq!(
        fields.keys().copied().collect::<BTreeSet<_>>(),
        names,
        "{case}"
    );
    let page = format!(
        "/logto_runtime/docs/troubleshooting/index.html#{}",
        refusal.code
    );
    assert!(
        fields["help"].ends_with(&page),
        "{case}: {}",
        fields["help"]
    );
    assert!(
        fields["reason"].contains(' '),
        "{case}: {}",
        fields["reason"]
    );
    match known {
        Nothing => {}
        Key => assert_eq!(fields["kid"], kid, "{case}"),
        Caller => assert_eq!(fields["client_id"], "test-app", "{case}"),
    }
}

#[tokio::test]
async fn every_code_is_tested_here() {
    let seen = [
        wrong_tokens().await,
        unusable_headers().await,
        faults_of_the_service().await,
        revoked_tokens().await,
        decisions_of_the_program().await,
    ];
    let seen: BTreeSet<_> = seen.concat().into_iter().collect();
    assert_eq!(seen, all_codes());
}

#[test]
fn every_code_has_a_heading_in_the_page_that_the_log_links_to() {
    let page = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../logto-runtime/docs/troubleshooting.md"
    );
    let page = std::fs::read_to_string(page).unwrap();
    let headings: BTreeSet<_> = page
        .lines()
        .take_while(|line| *line != "## It does not compile")
        .filter_map(|line| line.strip_prefix("### "))
        .collect();
    assert_eq!(headings, all_codes());
}

fn all_codes() -> BTreeSet<&'static str> {
    let codes = RejectionCode::ALL.iter().map(|code| code.as_str());
    let codes: BTreeSet<_> = codes.collect();
    assert_eq!(codes.len(), 49);
    codes
}
