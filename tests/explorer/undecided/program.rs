//! A program with checks that the explorer can repeat, and checks that it can't repeat.

use super::*;

#[derive(serde::Deserialize)]
pub(super) struct Plan {
    #[expect(dead_code, reason = "no token of the tenant has this claim")]
    plan: String,
}

#[require_scopes("read")]
struct Read;

/// A policy without an attribute. Only attributes add policies to the inventory of guards.
struct WrittenByHand;

impl Policy for WrittenByHand {
    const REQUIREMENT: Requirement = Requirement::scopes(ScopeExpr::One("write:everything"));
}

/// An extractor of the program, which rejects everybody.
struct Subscriber;

impl FromRequestParts<Logto> for Subscriber {
    type Rejection = Rejection;

    async fn from_request_parts(_: &mut Parts, _: &Logto) -> Result<Self, Rejection> {
        Err(Rejection::forbidden())
    }
}

impl OptionalFromRequestParts<Logto> for Subscriber {
    type Rejection = Rejection;

    async fn from_request_parts(_: &mut Parts, _: &Logto) -> Result<Option<Self>, Rejection> {
        Err(Rejection::forbidden())
    }
}

struct ApiKey;

impl Credential for ApiKey {
    const NAME: &'static str = "API key";
}

impl OptionalFromRequestParts<Logto> for ApiKey {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &Logto) -> Result<Option<Self>, StatusCode> {
        let key = parts.headers.get("x-api-key");
        Ok(key.map(|_| Self))
    }
}

#[require_scopes("read")]
async fn planned(_: Claims<Plan>) {}

#[public]
async fn publicly_planned(_: Claims<Plan>) {}

#[require_scopes("read")]
async fn subscribed(_: Subscriber) {}

#[require_scopes("read")]
async fn perhaps_subscribed(_: Option<Subscriber>) {}

async fn later(_: Guard<Read>, _: Guard<WrittenByHand>) {}

async fn later_either(_: Guard<Read>, _: TokenOr<WrittenByHand, ApiKey>) {}

#[public]
async fn bearer(_: TypedHeader<Authorization<Bearer>>) {}

#[require_scopes("read")]
async fn basic(_: TypedHeader<Authorization<Basic>>) {}

#[require_scopes("read")]
async fn perhaps_basic(_: Option<TypedHeader<Authorization<Basic>>>) {}

#[public]
async fn cookies(_: TypedHeader<Cookie>) {}

/// A header of the program. It names the caller.
struct Partner;

impl Header for Partner {
    fn name() -> &'static HeaderName {
        static NAME: HeaderName = HeaderName::from_static("x-partner");
        &NAME
    }

    fn decode<'i, I: Iterator<Item = &'i HeaderValue>>(
        values: &mut I,
    ) -> Result<Self, axum_extra::headers::Error> {
        let value = values.next().map(|_| Self);
        value.ok_or_else(axum_extra::headers::Error::invalid)
    }

    fn encode<E: Extend<HeaderValue>>(&self, _: &mut E) {}
}

#[public]
async fn partner(_: TypedHeader<Partner>) {}

#[guarded_by("session")]
async fn session() -> StatusCode {
    StatusCode::UNAUTHORIZED
}

#[require_scopes("read")]
#[guarded_by("owner of the document")]
async fn owner() -> StatusCode {
    StatusCode::FORBIDDEN
}

async fn read() {}

async fn either(_: TokenOr<Read, ApiKey>) {}

/// Arguments that say nothing about callers.
#[require_scopes("read")]
async fn plain(
    _: State<Logto>,
    _: Method,
    _: HeaderMap,
    _: Path<()>,
    _: Query<Vec<(String, String)>>,
    _: Option<Path<()>>,
    _: Result<Json<String>, axum::extract::rejection::JsonRejection>,
) {
}

#[require_scopes("read")]
async fn host(_: Option<TypedHeader<Host>>) {}

#[require_scopes("read")]
async fn with_body(_: Option<AuthInfo>, _: Result<AuthInfo, Rejection>, _: Bytes) {}

pub(super) fn routes(logto: &Logto) -> Routes<Logto> {
    let hidden =
        || Router::new().route("/anything", get(read).route_layer(logto.require::<Read>()));
    let opaque = Routes::new()
        .nest_opaque("/layered", hidden())
        .guarded_by(logto.require::<Read>());
    Routes::new()
        .get("/claims", planned)
        .get("/public-claims", publicly_planned)
        .get("/extractor", subscribed)
        .get("/optional-extractor", perhaps_subscribed)
        .get("/later", later)
        .get("/later-either", later_either)
        .get("/bearer", bearer)
        .get("/basic", basic)
        .get("/optional-basic", perhaps_basic)
        .get("/cookies", cookies)
        .get("/partner", partner)
        .get("/session", session)
        .get("/owner", owner)
        .nest_opaque("/opaque", hidden())
        .merge(opaque)
        .get("/either", either)
        .get("/plain", plain)
        .get("/host", host)
        .get("/body", with_body)
}
