//! Describes the responses to rejected callers.

use serde_json::json;
use utoipa::openapi::{
    ContentBuilder, Header, Object, ObjectBuilder, Ref, RefOr, Response, Schema, Type,
    path::Operation, response::ResponseBuilder,
};

use super::mark::GuardMark;

/// The name of the schema of the bodies.
const REFUSAL: &str = "LogtoRefusal";

/// Adds the responses of the guards. If the operation already describes a status, that stays.
pub(super) fn add(operation: &mut Operation, guards: &[GuardMark], own_bodies: bool) {
    let mut add = |status: &str, response: ResponseBuilder| {
        let responses = &mut operation.responses.responses;
        if !responses.contains_key(status) {
            responses.insert(status.to_owned(), with_body(response, own_bodies).into());
        }
    };
    let challenge = || {
        let mut challenge = Header::new(Object::with_type(Type::String));
        challenge.description = Some("RFC 6750 §3".to_owned());
        challenge
    };
    add(
        "401",
        ResponseBuilder::new()
            .description("The access token is missing, or is not valid for this operation.")
            .header("WWW-Authenticate", challenge()),
    );
    if guards.iter().any(|guard| guard.can_forbid) {
        let attributes: Vec<_> = guards
            .iter()
            .map(|guard| format!("`{}`", guard.attribute))
            .collect();
        let attributes = attributes.join(" and ");
        add(
            "403",
            ResponseBuilder::new()
                .description(format!("The access token does not meet {attributes}."))
                .header("WWW-Authenticate", challenge()),
        );
    }
    let mut seconds = Header::new(Object::with_type(Type::Integer));
    seconds.description = Some("seconds to wait before the next try".to_owned());
    add(
        "503",
        ResponseBuilder::new()
            .description("Access tokens can't be verified at the moment.")
            .header("Retry-After", seconds),
    );
}

/// Adds the responses of a handler that checks its callers by hand. Their bodies are its own.
pub(super) fn add_by_hand(operation: &mut Operation, description: &str) {
    for (status, what) in [
        ("401", "The credentials are missing, or are not valid"),
        ("403", "The caller may not do this"),
    ] {
        let responses = &mut operation.responses.responses;
        responses.entry(status.to_owned()).or_insert_with(|| {
            let response = ResponseBuilder::new();
            let text = format!("{what}: needs {description}.");
            response.description(text).build().into()
        });
    }
}

/// Returns the schema of the bodies, with its name.
pub(super) fn schema() -> (String, RefOr<Schema>) {
    let message = ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some("What is wrong, without details."))
        .examples([json!("Insufficient scope")]);
    let schema = ObjectBuilder::new()
        .property("error", message)
        .required("error");
    (REFUSAL.to_owned(), schema.into())
}

fn with_body(response: ResponseBuilder, own_bodies: bool) -> Response {
    if own_bodies {
        return response.build();
    }
    let body = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name(REFUSAL)))
        .build();
    response.content("application/json", body).build()
}
