//! The code of `logto-runtime/docs/production.md`, and its tests.

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode},
};
use logto_runtime::{LogtoBuilder, test_util::TestTenant};
use tower::ServiceExt;

const ORG: &str = "https://api.example.com/org";

fn tenant() -> TestTenant {
    TestTenant::builder()
        .resource("https://api.example.com", ["manage:log"])
        .start()
}

/// Adds the resource `org`. Guards in the module `own_handlers` name `org`, so `warm_up` would fail without
/// it.
fn builder(tenant: &TestTenant) -> LogtoBuilder {
    tenant.logto().named_resource("org", ORG)
}

async fn send(
    app: &Router,
    method: &str,
    path: &str,
    token: &str,
    body: &'static str,
) -> StatusCode {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", format!("Bearer {token}"))
        .body(Body::from(body))
        .unwrap();
    app.clone().oneshot(request).await.unwrap().status()
}

mod start {
    use std::time::Duration;

    use axum::http::StatusCode;
    use logto_runtime::test_util::MemoryLog;

    use super::{builder, tenant};

    use logto_runtime::{Logto, WarmUpError};

    /// Fetches the keys of one tenant, and compares the settings. Does not fail if the keys can't be fetched.
    async fn warm_up(logto: &Logto) -> Result<(), WarmUpError> {
        let result = logto.warm_up().await;
        let health = logto.health();
        // With `any_of`, the error is that of one tenant, and hides those of the others.
        let is_one_tenant = health.tenants.is_empty();
        match result {
            // The fetch of the keys has failed. The service becomes ready as soon as a fetch succeeds.
            Err(error) if is_one_tenant && health.last_error.is_some() => {
                tracing::error!(%error, "starting without keys");
                Ok(())
            }
            result => result,
        }
    }

    /// Makes one `Logto` of two tenants. Warms up each tenant alone, so that an outage of one does not hide a
    /// wrong setting of the other.
    async fn start(old: Logto, new: Logto) -> Result<Logto, Box<dyn std::error::Error>> {
        for tenant in [&old, &new] {
            warm_up(tenant).await?;
        }
        Ok(Logto::any_of([old, new])?)
    }

    #[tokio::test]
    async fn after_a_start_during_an_outage_the_service_becomes_ready_when_logto_is_back() {
        let tenant = tenant();
        tenant.set_now(tenant.now());
        let logto = builder(&tenant).build().unwrap();
        let token = tenant.token().user("alice").mint();

        tenant.fail(StatusCode::BAD_GATEWAY);
        assert_eq!(warm_up(&logto).await, Ok(()));
        assert!(!logto.health().ready);
        let rejection = logto.verify(&token).await.map(|_| ()).unwrap_err();
        assert_eq!(rejection.code().as_str(), "keys_unavailable");

        tenant.recover();
        tenant.advance(Duration::from_secs(60));
        let probes = async {
            while !logto.health().ready {
                tokio::task::yield_now().await;
            }
        };
        let limit = Duration::from_secs(20);
        tokio::time::timeout(limit, probes)
            .await
            .expect("not ready");
        assert!(logto.verify(&token).await.is_ok());
    }

    #[tokio::test]
    async fn with_a_wrong_endpoint_the_service_starts_and_is_not_ready() {
        let tenant = tenant();
        let endpoint = format!("{}/oidc", tenant.endpoint());
        let logto = Logto::builder(endpoint)
            .resource("https://api.example.com")
            .named_resource("org", super::ORG)
            .build()
            .unwrap();
        assert_eq!(warm_up(&logto).await, Ok(()));
        assert!(!logto.health().ready);
    }

    #[tokio::test]
    async fn a_wrong_issuer_or_an_unknown_resource_stops_the_start() {
        let tenant = tenant();
        let issuer = builder(&tenant).issuer("https://auth.example.com/oidc");
        let unknown_resource = tenant.logto();
        let unknown = "some guards name resources that the builder does not know";
        // This list of revocations is not ready, so its `Logto` is not ready either. An unknown resource must
        // still stop the start.
        let log = MemoryLog::new();
        log.cut();
        let not_ready = tenant.revocations().log(log).start().unwrap();
        let beside_a_list = tenant.logto().revocations(&not_ready);
        for (builder, problem) in [
            (issuer, "the tenant's issuer is"),
            (unknown_resource, unknown),
            (beside_a_list, unknown),
        ] {
            let error = warm_up(&builder.build().unwrap()).await.unwrap_err();
            assert!(error.to_string().contains(problem), "{error}");
        }
    }
    #[tokio::test]
    async fn an_outage_of_one_tenant_does_not_hide_a_wrong_issuer_of_another() {
        let [down, up] = [tenant(), tenant()];
        down.fail(StatusCode::BAD_GATEWAY);
        let old = builder(&down).build().unwrap();
        let wrong = builder(&up).issuer("https://auth.example.com/oidc");
        let wrong = wrong.build().unwrap();
        let error = start(old.clone(), wrong.clone()).await.unwrap_err();
        let problem = "the tenant's issuer is";
        assert!(error.to_string().contains(problem), "{error}");

        let logto = start(old.clone(), builder(&up).build().unwrap()).await;
        let token = up.token().user("alice").mint();
        assert!(logto.unwrap().verify(&token).await.is_ok());

        // The error of `any_of` is that of the first tenant. So nobody knows whether the settings of the
        // other are right.
        let both = Logto::any_of([old, wrong]).unwrap();
        assert!(warm_up(&both).await.is_err());
    }
}

mod log {
    use tracing::{Level, enabled};

    use super::{builder, send, tenant};

    use axum::{
        Router,
        extract::{FromRef, State},
        http::StatusCode,
        routing::put,
    };
    use logto_runtime::{Logto, require_scopes};
    use tracing_subscriber::{
        Registry,
        filter::{LevelFilter, Targets},
        fmt,
        layer::SubscriberExt,
        reload,
        util::SubscriberInitExt,
    };

    type Log = reload::Handle<Targets, Registry>;

    /// Starts the log. The handle changes what is logged.
    fn start_log() -> Log {
        let usual = Targets::new().with_default(LevelFilter::INFO);
        let (targets, log) = reload::Layer::new(usual);
        let log_lines = fmt::layer();
        tracing_subscriber::registry()
            .with(targets)
            .with(log_lines)
            .init();
        log
    }

    #[derive(Clone, FromRef)]
    struct App {
        logto: Logto,
        log: Log,
    }

    #[require_scopes("manage:log")]
    async fn set_log(State(log): State<Log>, targets: String) -> StatusCode {
        match targets.parse().map(|targets: Targets| log.reload(targets)) {
            Ok(Ok(())) => StatusCode::NO_CONTENT,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    fn app(state: App) -> Router {
        Router::new()
            .route("/admin/log", put(set_log))
            .with_state(state)
    }

    #[tokio::test]
    async fn an_administrator_changes_what_is_logged() {
        let tenant = tenant();
        let logto = builder(&tenant).build().unwrap();
        let app = app(App {
            logto,
            log: start_log(),
        });
        let token = |scopes: &[&str]| tenant.token().user("alice").scopes(scopes.to_vec()).mint();
        let (admin, user) = (token(&["manage:log"]), token(&[]));
        let logs = || {
            let rejections = enabled!(target: "logto", Level::DEBUG);
            (
                rejections,
                enabled!(target: "hyper", Level::DEBUG),
                enabled!(target: "hyper", Level::INFO),
            )
        };

        assert_eq!(logs(), (false, false, true));
        for (token, targets, status, expected) in [
            (&user, "info,logto=debug", 403, (false, false, true)),
            (&admin, "info,logto=loud", 400, (false, false, true)),
            (&admin, "info,logto=debug", 204, (true, false, true)),
            (&admin, "logto=debug", 204, (true, false, false)),
            (&admin, "info", 204, (false, false, true)),
        ] {
            let answer = send(&app, "PUT", "/admin/log", token, targets).await;
            assert_eq!(answer, status, "{targets}");
            assert_eq!(logs(), expected, "{targets}");
        }
    }
}
