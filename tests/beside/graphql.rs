//! async-graphql: a policy for each field.

use std::marker::PhantomData;

use async_graphql::{Context, EmptyMutation, EmptySubscription, Object, Schema};
use async_graphql_axum::{GraphQLRequest, GraphQLResponse};
use axum::{
    Router,
    body::Body,
    extract::{FromRef, State},
    http::Request,
    routing::post,
};
use logto_runtime::{AuthInfo, Logto, Policy, require_org_permission};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::support::{Read, reader, stranger, tenant, text};

#[require_org_permission("invite:member")]
struct InviteMember;

/// The guard of a field. Lets only callers who meet the policy `P` ask for the field.
struct Requires<P>(PhantomData<fn() -> P>);

fn requires<P>() -> Requires<P> {
    Requires(PhantomData)
}

impl<P: Policy> async_graphql::Guard for Requires<P> {
    async fn check(&self, context: &Context<'_>) -> async_graphql::Result<()> {
        Ok(context.data::<AuthInfo>()?.check::<P>().await?)
    }
}

struct Query;

#[Object]
impl Query {
    #[graphql(guard = "requires::<Read>()")]
    async fn products(&self) -> Vec<String> {
        vec!["lamp".to_owned()]
    }

    async fn invite(
        &self,
        context: &Context<'_>,
        organization: String,
    ) -> async_graphql::Result<String> {
        let auth = context.data::<AuthInfo>()?;
        let organization = auth.check_in::<InviteMember>(&organization).await?;
        Ok(format!("invited to {organization}"))
    }
}

type Api = Schema<Query, EmptyMutation, EmptySubscription>;

#[derive(Clone, FromRef)]
struct App {
    logto: Logto,
    schema: Api,
}

// `AuthInfo` accepts tokens for the resource, and tokens for an organization.
async fn graphql(
    auth: AuthInfo,
    State(schema): State<Api>,
    request: GraphQLRequest,
) -> GraphQLResponse {
    schema.execute(request.into_inner().data(auth)).await.into()
}

fn app(logto: Logto) -> Router {
    let schema = Schema::build(Query, EmptyMutation, EmptySubscription).finish();
    Router::new()
        .route("/graphql", post(graphql))
        .with_state(App { logto, schema })
}

async fn ask(app: &Router, token: Option<&str>, query: &str) -> (u16, Value) {
    let mut request = Request::post("/graphql").header("content-type", "application/json");
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let body = Body::from(json!({ "query": query }).to_string());
    let answer = app
        .clone()
        .oneshot(request.body(body).unwrap())
        .await
        .unwrap();
    (
        answer.status().as_u16(),
        serde_json::from_str(&text(answer).await).unwrap(),
    )
}

#[tokio::test]
async fn a_field_guard_checks_the_policy_of_the_field() {
    let tenant = tenant();
    let app = app(tenant.logto().build().unwrap());
    let query = "{ products }";
    let (status, answer) = ask(&app, Some(&reader(&tenant)), query).await;
    assert_eq!(
        (status, &answer["data"]),
        (200, &json!({ "products": ["lamp"] }))
    );
    let (status, answer) = ask(&app, Some(&stranger(&tenant)), query).await;
    assert_eq!((status, &answer["data"]), (200, &Value::Null));
    assert_eq!(answer["errors"][0]["message"], "Insufficient scope");
    let (status, answer) = ask(&app, None, query).await;
    assert_eq!(
        (status, answer),
        (401, json!({ "error": "Authorization header is missing" }))
    );
}

#[tokio::test]
async fn an_organization_in_an_argument_must_match_the_token() {
    let tenant = tenant();
    let app = app(tenant.logto().build().unwrap());
    let member = tenant
        .token()
        .user("alice")
        .organization("acme")
        .scopes(["invite:member"])
        .mint();
    for (organization, expected) in [("acme", None), ("globex", Some("Organization mismatch"))] {
        let query = format!("{{ invite(organization: \"{organization}\") }}");
        let (_, answer) = ask(&app, Some(&member), &query).await;
        assert_eq!(
            answer["errors"][0]["message"].as_str(),
            expected,
            "{answer}"
        );
    }
}

/// The field stays closed if a handler forgets to pass the caller on.
#[tokio::test]
async fn a_field_guard_without_a_caller_is_an_error() {
    let schema = Schema::build(Query, EmptyMutation, EmptySubscription).finish();
    assert_eq!(schema.execute("{ products }").await.errors.len(), 1);
}
