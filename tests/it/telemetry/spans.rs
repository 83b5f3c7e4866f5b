//! Tests the fields that guards record in the span around a request.

use axum::{Router, body::Body, http::Request};
use tower_http::trace::TraceLayer;
use tracing::{Span, field::Empty, info_span};

use super::{app, reader, status};
use crate::{
    events::{Events, Fields},
    support::tenant,
};

/// Adds the span around each request.
fn traced(app: Router, span: fn() -> Span) -> Router {
    app.layer(TraceLayer::new_for_http().make_span_with(move |_: &Request<Body>| span()))
}

fn declared() -> Span {
    info_span!(
        "request",
        logto.outcome = Empty,
        logto.subject = Empty,
        logto.client_id = Empty
    )
}

fn fields(fields: &[(&'static str, &str)]) -> Fields {
    fields
        .iter()
        .map(|(name, value)| (*name, (*value).to_owned()))
        .collect()
}

#[tokio::test]
async fn a_span_gets_outcome_subject_and_client_in_the_fields_that_it_declares() {
    let events = Events::collect();
    let tenant = tenant();
    let app = traced(app(tenant.logto()), declared);
    let none = tenant.token().client("robot").scopes([""; 0]).mint();
    let tampered = tenant.token().tampered().mint();
    for (token, expected, recorded) in [
        (
            reader(&tenant),
            200,
            fields(&[
                ("logto.outcome", "granted"),
                ("logto.subject", "alice"),
                ("logto.client_id", "test-app"),
            ]),
        ),
        (
            none,
            403,
            fields(&[
                ("logto.outcome", "no_scopes_granted"),
                ("logto.subject", "robot"),
                ("logto.client_id", "robot"),
            ]),
        ),
        (tampered, 401, fields(&[("logto.outcome", "bad_signature")])),
        (
            String::new(),
            401,
            fields(&[("logto.outcome", "missing_token")]),
        ),
    ] {
        assert_eq!(status(&app, &token).await, expected, "{recorded:?}");
        assert_eq!(events.span("request"), recorded);
    }
}

#[tokio::test]
async fn a_span_gets_no_field_that_it_does_not_declare() {
    let events = Events::collect();
    let tenant = tenant();
    let outcome_only = || info_span!("request", logto.outcome = Empty);
    let app = traced(app(tenant.logto()), outcome_only);
    assert_eq!(status(&app, &reader(&tenant)).await, 200);
    assert_eq!(
        events.span("request"),
        fields(&[("logto.outcome", "granted")])
    );
}

#[test]
fn the_names_of_the_fields_are_those_of_the_constants() {
    use logto_runtime::telemetry::{SPAN_CLIENT_ID, SPAN_OUTCOME, SPAN_SUBJECT};
    assert_eq!(
        [SPAN_OUTCOME, SPAN_SUBJECT, SPAN_CLIENT_ID],
        ["logto.outcome", "logto.subject", "logto.client_id"]
    );
}
