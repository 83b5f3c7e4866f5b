//! Every refused request has one code. The log event, `on_rejection` and the extensions of the response show
//! the same code.
//!
//! `Observed` sends a request and checks that these three places agree.
//!
//! - `codes`: a request for each code, and the fields of the log event
//! - `lookalikes`: text that clients send instead of a token
//! - `asked`: the fields of the log event about the route and its guard
//! - `issuers`: tokens whose issuer is not the configured issuer
//! - `recorded`: the codes for tokens that were recorded from Logto servers

mod asked;
mod codes;
mod issuers;
mod lookalikes;
mod recorded;

use std::sync::{Arc, Mutex};

use axum::{
    Router, body::Body, http::Request, middleware::map_response, response::Response, routing::get,
};
use logto_runtime::{
    AuthInfo, Claims, Guard, LogtoBuilder, Policy, Rejection, RejectionCode,
    policy::{Requirement, ScopeExpr, Subject},
    require_auth, require_org_permission, require_org_scopes, require_scopes,
};
use serde::Deserialize;
use tower::ServiceExt;

use crate::events::{Event, Events};

#[require_auth]
async fn any() {}

#[require_scopes("read:products", "write:orders")]
async fn orders() {}

#[require_org_permission("invite:member")]
async fn invite() {}

#[require_org_scopes("read:data", resource = "https://api.example.com/org")]
async fn data() {}

#[require_scopes("read:products", resource = "unnamed")]
async fn unnamed() {}

struct Users;

impl Policy for Users {
    const REQUIREMENT: Requirement =
        Requirement::scopes(ScopeExpr::One("read:products")).with_subject(Subject::User);
}

async fn users(_: Guard<Users>) {}

struct Own;

impl Policy for Own {
    const REQUIREMENT: Requirement =
        Requirement::authenticated().with_subject(Subject::Path("user_id"));
}

async fn own_path(_: Guard<Own>) {}

struct MySpa;

impl Policy for MySpa {
    const REQUIREMENT: Requirement =
        Requirement::authenticated().with_client("qk3vfhyo0vxsnmu2jqgbd");
}

async fn my_spa(_: Guard<MySpa>) {}

#[derive(Deserialize)]
struct Plan {
    plan: String,
}

async fn plan(Claims(Plan { plan }): Claims<Plan>) -> String {
    plan
}

async fn own(auth: AuthInfo) -> Rejection {
    Rejection::forbidden().for_caller(&auth)
}

/// An API, the codes of the rejections that `on_rejection` received, and the log events.
struct Observed {
    app: Router,
    by_on_rejection: Arc<Mutex<Vec<&'static str>>>,
    events: Events,
}

/// A refusal as operators see it.
struct Refusal {
    status: u16,
    code: &'static str,
    event: Event,
}

impl Observed {
    fn new(logto: LogtoBuilder) -> Self {
        let events = Events::collect();
        let by_on_rejection = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&by_on_rejection);
        let logto = logto
            .on_rejection(move |rejection| seen.lock().unwrap().push(rejection.code().as_str()))
            .build()
            .unwrap();
        let app = Router::new()
            .route("/any", get(any))
            .route("/orders", get(orders))
            .route("/{organization_id}/invite", get(invite))
            .route("/{organization_id}/data", get(data))
            .route("/unnamed", get(unnamed))
            .route("/users", get(users))
            .route("/users/{user_id}", get(own_path))
            .route("/my-spa", get(my_spa))
            .route("/plan", get(plan))
            .route("/own", get(own))
            .with_state(logto)
            .layer(map_response(async |mut response: Response| {
                // An outer layer, which sees only the response.
                let code = response.extensions().get::<RejectionCode>().copied();
                response.extensions_mut().insert(Outer(code));
                response
            }));
        Self {
            app,
            by_on_rejection,
            events,
        }
    }

    /// Sends these `Authorization` headers. The API must refuse the request, with the same code in all three
    /// places.
    async fn refusal(&self, uri: &str, authorization: &[&str]) -> Refusal {
        let headers = authorization.iter().map(|value| ("authorization", *value));
        self.refusal_with(uri, &headers.collect::<Vec<_>>()).await
    }

    /// Sends these headers. The API must refuse the request, with the same code in all three places.
    async fn refusal_with(&self, uri: &str, headers: &[(&'static str, &str)]) -> Refusal {
        let mut request = Request::get(uri).body(Body::empty()).unwrap();
        for (name, value) in headers {
            request.headers_mut().append(*name, value.parse().unwrap());
        }
        let response = self.app.clone().oneshot(request).await.unwrap();
        let case = format!("{uri} {headers:?}");
        let Some(Outer(Some(outer))) = response.extensions().get::<Outer>() else {
            panic!("not refused: {case}: {response:?}");
        };
        let mut events = self.events.take();
        events.retain(|event| event.message == "request refused");
        let [event] = events.try_into().expect(&case);
        let code = outer.as_str();
        assert_eq!(
            self.by_on_rejection.lock().unwrap().pop(),
            Some(code),
            "{case}"
        );
        assert_eq!(event.fields["code"], code, "{case}");
        assert_eq!(
            event.fields["status"],
            response.status().as_u16().to_string(),
            "{case}"
        );
        Refusal {
            status: response.status().as_u16(),
            code,
            event,
        }
    }
}

#[derive(Clone)]
struct Outer(Option<RejectionCode>);
