//! Describes the responses to rejected callers.

use serde_json::json;
use utoipa::openapi::{
    ContentBuilder, Header, Object, ObjectBuilder, Ref, RefOr, Response, Schema, Type,
    path::Operation, response::ResponseBuilder,
};

use super::{mark::GuardMark, places::Places};
use crate::logto::Logto;

/// The name of the schema of the responses' bodies.
const REFUSAL: &str = "LogtoRefusal";

/// Which responses the settings make possible.
pub(super) struct Refusals {
    /// Whether `on_rejection` of a tenant renders the bodies of rejections. Their schema is then unknown.
    pub(super) own_bodies: bool,
    /// Why every guard can answer 403, even to a token that meets the requirement. `None` if the settings do
    /// not make that possible.
    forbidding: Option<&'static str>,
    /// Whether a request can be refused because it has several tokens.
    several_tokens: bool,
}

impl Refusals {
    pub(super) fn of(logto: &Logto, places: &Places<'_>) -> Self {
        let denies = (logto.tenants().iter()).any(|logto| logto.settings().may_deny());
        Self {
            own_bodies: (logto.tenants().iter()).any(|logto| logto.settings().render.is_some()),
            forbidding: match (denies, places.has_cookie()) {
                (false, false) => None,
                (true, false) => Some("This service does not accept the caller."),
                (false, true) => Some("The request comes from another site."),
                (true, true) => Some(
                    "This service does not accept the caller, or the request comes from another site.",
                ),
            },
            several_tokens: places.can_refuse_several_tokens(),
        }
    }

    /// Adds the responses of the guards. Keeps the description of each status that the operation already
    /// describes.
    pub(super) fn add(&self, operation: &mut Operation, guards: &[GuardMark]) {
        let mut add = |status: &str, response: ResponseBuilder| {
            let responses = &mut operation.responses.responses;
            if !responses.contains_key(status) {
                let response = with_body(response, self.own_bodies);
                responses.insert(status.to_owned(), response.into());
            }
        };
        let challenged = |description: &str| {
            let mut challenge = Header::new(Object::with_type(Type::String));
            challenge.description = Some("RFC 6750 §3".to_owned());
            ResponseBuilder::new()
                .description(description)
                .header("WWW-Authenticate", challenge)
        };
        if self.several_tokens {
            let description = "The request has more than one access token.";
            add("400", challenged(description));
        }
        let description = "The access token is missing, or is not valid for this operation.";
        add("401", challenged(description));
        let unmet = guards.iter().any(|guard| guard.can_forbid).then(|| {
            let attributes = guards.iter().map(|guard| format!("`{}`", guard.attribute));
            let attributes: Vec<_> = attributes.collect();
            let attributes = attributes.join(" and ");
            format!("The access token does not meet {attributes}.")
        });
        let reasons = [unmet.as_deref(), self.forbidding];
        let reasons: Vec<&str> = reasons.into_iter().flatten().collect();
        if !reasons.is_empty() {
            add("403", challenged(&reasons.join(" ")));
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
}

/// Adds the responses of a handler that checks its callers by hand. Does not describe the bodies of the
/// responses, because the handler chooses them.
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

/// Returns the schema of the responses' bodies, with its name.
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
