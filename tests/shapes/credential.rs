//! Tests `#[require_any(P, credential = K)]`: the handler accepts a token, or another credential that the
//! program defines. In these tests, that credential is an API key.

use axum::{
    Router,
    extract::OptionalFromRequestParts,
    http::{HeaderValue, StatusCode, request::Parts},
};
use logto_runtime::{
    AuthInfo, Credential, Guard, Logto, Revocation, TokenOr,
    inventory::guards,
    policy::AnyOf,
    require_any, require_auth, require_scopes,
    routes::{Access, Routes},
    test_util::{TestTenant, assert_guarded, granted},
};
use web_framework::AppContext;

use crate::support::{Answer, PRODUCTS, get as request, send};

/// The key of a customer, such as `k-acme`.
pub(super) struct ApiKey {
    owner: String,
}

impl Credential for ApiKey {
    const NAME: &'static str = "API key";
}

impl<S: Sync> OptionalFromRequestParts<S> for ApiKey {
    type Rejection = (StatusCode, &'static str);

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Self::Rejection> {
        let Some(key) = parts.headers.get("x-api-key") else {
            return Ok(None);
        };
        tokio::task::yield_now().await; // stands for a query of a database
        let owner = key.to_str().ok().and_then(|key| key.strip_prefix("k-"));
        let owner = owner.ok_or((StatusCode::UNAUTHORIZED, "API key not accepted"))?;
        Ok(Some(Self {
            owner: owner.to_owned(),
        }))
    }
}

#[require_scopes("read:models")]
pub(super) struct ReadModels;

#[require_scopes("admin")]
struct Admin;

#[require_any(ReadModels, credential = ApiKey)]
async fn one() -> &'static str {
    "models"
}

#[require_any(ReadModels, Admin, credential = ApiKey)]
async fn several() -> &'static str {
    "models"
}

/// The guard has read the key. The handler reads it again, to learn who called.
#[require_any(ReadModels, Admin, credential = ApiKey, state = Logto)]
async fn owned(key: Option<ApiKey>) -> String {
    key.map_or("a token".to_owned(), |key| key.owner)
}

/// Both attributes must be satisfied, and a key satisfies the first one only.
#[require_any(ReadModels, credential = ApiKey)]
#[require_auth(subject = user)]
async fn stacked() -> &'static str {
    "models"
}

/// Has the guard of `one`, but without the credential. Without a key, both functions must answer alike.
async fn token_for_one(_: Guard<ReadModels>) -> &'static str {
    "models"
}

async fn token_for_several(_: Guard<AnyOf<(ReadModels, Admin)>>) -> &'static str {
    "models"
}

fn routes() -> Routes<Logto> {
    Routes::new()
        .get("/one", one)
        .get("/several", several)
        .get("/owned", owned)
        .get("/stacked", stacked)
        .get("/token/one", token_for_one)
        .get("/token/several", token_for_several)
}

/// Handlers with a foreign state: a type of another crate.
mod foreign {
    use super::*;

    fn logto_of(ctx: &AppContext) -> Option<Logto> {
        ctx.get()
    }

    #[require_any(ReadModels, credential = ApiKey, state = AppContext, logto = logto_of)]
    async fn one() -> &'static str {
        "models"
    }

    #[require_any(ReadModels, Admin, credential = ApiKey, state = AppContext, logto = logto_of)]
    async fn several(auth: Option<AuthInfo>) -> &'static str {
        let _ = auth;
        "models"
    }

    pub(super) fn routes() -> Routes<AppContext> {
        Routes::new().get("/one", one).get("/several", several)
    }
}

pub(super) fn tenant() -> TestTenant {
    TestTenant::builder()
        .offline()
        .resource(PRODUCTS, [""; 0])
        .start()
}

const ONE: &str = r#"require_any(require_scopes("read:models"), guarded_by("API key"))"#;
const SEVERAL: &str =
    r#"require_any(require_scopes("read:models"), require_scopes("admin"), guarded_by("API key"))"#;

#[test]
fn the_table_and_the_inventory_show_the_policies_and_the_credential() {
    let routes = routes();
    assert_guarded(&routes);
    let table: Vec<_> = routes.table().iter().map(ToString::to_string).collect();
    assert_eq!(
        table[..4],
        [
            format!("GET /one {ONE}"),
            format!("GET /several {SEVERAL}"),
            format!("GET /owned {SEVERAL}"),
            format!("GET /stacked {ONE} + require_auth(subject = user)"),
        ]
    );
    let routes = foreign::routes();
    assert_guarded(&routes);
    for (route, expected) in routes.table().iter().zip([ONE, SEVERAL]) {
        assert_eq!(route.access.to_string(), expected);
        assert!(matches!(route.access, Access::Guarded(_)));
    }
    // The inventory lists the same guards, with the names of the functions.
    for (function, expected) in [
        ("credential::one", ONE),
        ("credential::several", SEVERAL),
        ("credential::owned", SEVERAL),
        ("credential::foreign::one", ONE),
        ("credential::foreign::several", SEVERAL),
    ] {
        let guard = guards().find(|guard| guard.item.ends_with(&format!("::{function}")));
        let requirement = guard.and_then(|guard| guard.requirement).unwrap();
        assert_eq!(requirement.to_string(), expected, "{function}");
    }
}

/// Sends every token with every key. If the request has a key, the guard checks only the key. If not, the
/// guard checks the token, and answers like a guard without the credential.
#[tokio::test]
async fn the_key_decides_if_there_is_one_and_otherwise_the_token() {
    let tenant = tenant();
    let revocations = tenant.revocations().start().unwrap();
    let logto = tenant.logto().revocations(&revocations).build().unwrap();
    let token = |user: &str, scope: &'static str| tenant.token().user(user).scopes([scope]);
    let revoked = token("mallory", "read:models").mint();
    revocations
        .revoke(Revocation::subject("mallory"))
        .await
        .unwrap();
    let tokens = [
        None,
        Some(token("alice", "read:models").mint()),
        Some(token("alice", "admin").mint()),
        Some(token("alice", "write:models").mint()),
        Some(tenant.token().user("alice").mint()),
        Some(token("alice", "read:models").tampered().mint()),
        Some(
            token("alice", "read:models")
                .claim("exp", 1_000_000_000)
                .mint(),
        ),
        Some(revoked),
        Some("garbage".to_owned()),
    ];
    let own = routes().into_router().with_state(logto.clone());
    let context = AppContext::with(logto);
    let foreign = foreign::routes().into_router().with_state(context);
    let wrong_key = || Answer {
        status: 401,
        challenge: None,
        retry_after: None,
        cache_control: None,
        content_type: Some("text/plain; charset=utf-8".to_owned()),
        body: "API key not accepted".to_owned(),
    };
    let ask = async |app: &Router, uri: &str, token: &Option<String>, key: Option<&str>| {
        let mut request = request(uri, &[]);
        if let Some(token) = token {
            let value = HeaderValue::try_from(format!("Bearer {token}")).unwrap();
            request.headers_mut().insert("authorization", value);
        }
        if let Some(key) = key {
            let key = HeaderValue::from_str(key).unwrap();
            request.headers_mut().insert("x-api-key", key);
        }
        send(app, request).await
    };
    let mut statuses = std::collections::BTreeSet::new();
    for token in &tokens {
        for (app, uri) in [
            (&own, "/one"),
            (&own, "/several"),
            (&foreign, "/one"),
            (&foreign, "/several"),
        ] {
            let without_keys = ask(&own, &format!("/token{uri}"), token, None).await;
            statuses.insert(without_keys.status);
            let told = (uri, token);
            assert_eq!(ask(app, uri, token, None).await, without_keys, "{told:?}");
            for key in ["wrong", ""] {
                assert_eq!(
                    ask(app, uri, token, Some(key)).await,
                    wrong_key(),
                    "{told:?}"
                );
            }
            // Even with a good key, the argument `Option<AuthInfo>` of `foreign::several` rejects an invalid
            // token.
            let with_key = ask(app, uri, token, Some("k-acme")).await;
            match without_keys.status {
                401 if app as *const _ == &foreign && uri == "/several" && token.is_some() => {
                    assert_eq!(with_key.status, 401, "{told:?}");
                }
                _ => assert_eq!(with_key, Answer::ok("models"), "{told:?}"),
            }
        }
    }
    assert_eq!(statuses.into_iter().collect::<Vec<_>>(), [200, 401, 403]);
    // The challenge names the scopes of the policies.
    let missing = ask(&own, "/one", &None, None).await;
    assert_eq!(missing, Answer::missing("read:models"));
    // The handler can learn who called.
    for (key, token, expected) in [
        (Some("k-acme"), &None, Answer::ok("acme")),
        (None, &tokens[1], Answer::ok("a token")),
    ] {
        assert_eq!(ask(&own, "/owned", token, key).await, expected);
    }
    // A key does not satisfy the second guard.
    for (key, token, status) in [
        (Some("k-acme"), &None, 401),
        (Some("k-acme"), &tokens[4], 200),
        (Some("wrong"), &tokens[1], 401),
        (None, &tokens[1], 200),
        (None, &tokens[4], 403),
    ] {
        assert_eq!(ask(&own, "/stacked", token, key).await.status, status);
    }
}

#[tokio::test]
async fn a_foreign_state_without_a_logto_answers_500_unless_the_request_has_a_key() {
    let app = foreign::routes()
        .into_router()
        .with_state(AppContext::default());
    let of = async |headers: &[(&str, &[u8])]| send(&app, request("/one", headers)).await;
    assert_eq!(of(&[]).await, Answer::misconfigured());
    assert_eq!(of(&[("x-api-key", b"k-acme")]).await, Answer::ok("models"));
}

#[tokio::test]
async fn a_handler_with_a_credential_can_be_called_in_a_test() {
    let tenant = tenant();
    let logto = tenant.logto().build().unwrap();
    let alice = logto
        .verify(&tenant.token().user("alice").mint())
        .await
        .unwrap();
    assert_eq!(one(granted(&alice)).await, "models");
    let acme = TokenOr::Credential(ApiKey {
        owner: "acme".to_owned(),
    });
    assert_eq!(several(acme).await, "models");
}
