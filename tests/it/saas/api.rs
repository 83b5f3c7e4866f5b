//! Starts the `saas` example, gets tokens from its tenant, and calls its API.

use logto_runtime::test_util::TestTenant;
use metrics::LocalRecorderGuard;
use metrics_exporter_prometheus::PrometheusBuilder;
use reqwest::Method;
use saas::{ORG, PRODUCTS, WEBHOOK_KEY};
use serde_json::Value;
use tokio::net::TcpListener;

/// The running API of the example, with its tenant and an HTTP client.
pub(super) struct Api {
    pub(super) address: String,
    pub(super) tenant: TestTenant,
    pub(super) http: reqwest::Client,
    _counted: LocalRecorderGuard<'static>,
}

impl Api {
    pub(super) async fn start() -> Self {
        let tenant = saas::embedded(0).unwrap();
        let revocations = tenant.revocations().start().unwrap();
        let logto = saas::logto(tenant.endpoint(), PRODUCTS, ORG, &revocations).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let recorder = PrometheusBuilder::new().build_recorder();
        let app = saas::app(logto, &revocations, Some(WEBHOOK_KEY), recorder.handle()).unwrap();
        tenant.send_webhooks_to(format!("{address}/webhooks/logto"), WEBHOOK_KEY);
        let recorder: &'static _ = Box::leak(Box::new(recorder));
        // Records the metrics of this thread. The server runs on this thread, too.
        let counted = metrics::set_default_local_recorder(recorder);
        tokio::spawn(axum::serve(listener, app).into_future());
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self {
            address,
            tenant,
            http,
            _counted: counted,
        }
    }

    /// Requests a token for the client, with the parameters in `form`.
    pub(super) async fn token(&self, client: &str, form: &[(&str, &str)]) -> String {
        let form = [&[("grant_type", "client_credentials")], form].concat();
        let answer = self
            .http
            .post(format!("{}/oidc/token", self.tenant.endpoint()))
            .basic_auth(client, Some(format!("{client}-secret")))
            .form(&form)
            .send()
            .await
            .unwrap();
        let answer: Value = answer.error_for_status().unwrap().json().await.unwrap();
        answer["access_token"].as_str().unwrap().to_owned()
    }

    pub(super) async fn organization_api_token(&self, client: &str, organization: &str) -> String {
        let scope = ("scope", "read:data write:settings");
        let form = [("resource", ORG), ("organization_id", organization), scope];
        self.token(client, &form).await
    }

    pub(super) async fn permission_token(&self, client: &str, organization: &str) -> String {
        let form = [
            ("organization_id", organization),
            ("scope", "invite:member"),
        ];
        self.token(client, &form).await
    }

    pub(super) async fn call(
        &self,
        method: &str,
        path: &str,
        token: Option<&str>,
        body: Option<&str>,
    ) -> (u16, Value) {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = self.http.request(method, format!("{}{path}", self.address));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            let media_type = ("content-type", "application/json");
            request = request
                .header(media_type.0, media_type.1)
                .body(body.to_owned());
        }
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap();
        (
            status,
            serde_json::from_str(&text).unwrap_or(Value::String(text)),
        )
    }

    pub(super) async fn get(&self, path: &str, token: &str) -> (u16, Value) {
        self.call("GET", path, Some(token), None).await
    }
}
