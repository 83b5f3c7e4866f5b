//! Calls every operation of an OpenAPI document with the scopes that the document names, and with fewer.

use axum::{
    Router,
    body::Body,
    http::{Request, header::AUTHORIZATION},
};
use logto_runtime::test_util::{TestTenant, TokenBuilder};
use serde_json::Value;

use crate::support::{ORG, PRODUCTS, send};

/// All security schemes of the tested documents.
const SCHEMES: [&str; 6] = [
    "logto",
    "logto.org",
    "logto.https___other.example_v1",
    "logto-organization",
    "logto-organization-api",
    "logto-organization-api.org",
];

struct Operation<'a> {
    app: &'a Router,
    tenant: &'a TestTenant,
    method: String,
    path: String,
    documented: &'a Value,
}

/// Checks every operation of the document. Returns the number of guarded operations.
pub(crate) async fn assert_enforced(app: &Router, document: &Value, tenant: &TestTenant) -> usize {
    let mut guarded = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, documented) in item.as_object().unwrap() {
            let operation = Operation {
                app,
                tenant,
                method: method.to_uppercase(),
                path: path.replace("{organization_id}", "acme"),
                documented,
            };
            guarded += usize::from(operation.check_enforced().await);
        }
    }
    guarded
}

impl Operation<'_> {
    /// Checks that the API decides as the document says. Returns whether the operation is guarded.
    async fn check_enforced(&self) -> bool {
        let alternatives = self.documented["security"].as_array().unwrap();
        let nobody = self.call(None).await;
        if alternatives.is_empty() || alternatives.contains(&serde_json::json!({})) {
            assert!(passes(nobody), "{self}: {nobody}");
            return false;
        }
        assert_eq!(nobody, 401, "{self}");
        self.assert_describes(401);

        let mut needed = Vec::new();
        for alternative in alternatives {
            let (scheme, scopes) = alternative.as_object().unwrap().iter().next().unwrap();
            let scopes: Vec<&str> = scopes
                .as_array()
                .unwrap()
                .iter()
                .map(|scope| scope.as_str().unwrap())
                .collect();
            assert_eq!(alternative.as_object().unwrap().len(), 1, "{self}");
            needed.push(scheme.as_str());
            let enough = self.call_with(scheme, &scopes).await;
            assert!(passes(enough), "{self} {scheme} {scopes:?}: {enough}");
            for missing in &scopes {
                let less: Vec<_> = scopes.iter().filter(|scope| *scope != missing).collect();
                let less: Vec<&str> = less.into_iter().copied().collect();
                let status = self.call_with(scheme, &less).await;
                assert_eq!(status, 403, "{self} {scheme} {less:?}");
                self.assert_describes(403);
            }
        }
        // Tries tokens of all other schemes, with the scopes of all alternatives.
        let all: Vec<&str> = alternatives
            .iter()
            .flat_map(|alternative| alternative.as_object().unwrap().values())
            .flat_map(|scopes| scopes.as_array().unwrap())
            .map(|scope| scope.as_str().unwrap())
            .collect();
        for scheme in SCHEMES.iter().filter(|scheme| !needed.contains(scheme)) {
            let status = self.call_with(scheme, &all).await;
            // A guard without scopes also accepts a token for its resource that names an organization.
            let any_of_resource = all.is_empty()
                && scheme.strip_prefix("logto-organization-api") == needed[0].strip_prefix("logto");
            assert_eq!(
                passes(status),
                any_of_resource,
                "{self} {scheme} {all:?}: {status}"
            );
            if !any_of_resource {
                self.assert_describes(status);
            }
        }
        true
    }

    #[track_caller]
    fn assert_describes(&self, status: u16) {
        let described = &self.documented["responses"][status.to_string()];
        assert!(described.is_object(), "{self}: {status} is not described");
    }

    async fn call_with(&self, scheme: &str, scopes: &[&str]) -> u16 {
        let token = self.token_of(scheme).scopes(scopes.to_vec()).mint();
        self.call(Some(&token)).await
    }

    fn token_of(&self, scheme: &str) -> TokenBuilder<'_> {
        let token = self.tenant.token().client("robot");
        match scheme {
            "logto" => token.resource(PRODUCTS),
            "logto.org" => token.resource(ORG),
            "logto.https___other.example_v1" => token.resource("https://other.example/v1"),
            "logto-organization" => token.organization("acme"),
            "logto-organization-api" => token.resource(PRODUCTS).organization("acme"),
            "logto-organization-api.org" => token.resource(ORG).organization("acme"),
            other => panic!("{other}"),
        }
    }

    async fn call(&self, token: Option<&str>) -> u16 {
        let mut request = Request::builder()
            .method(self.method.as_str())
            .uri(&self.path);
        if let Some(token) = token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        send(self.app, request.body(Body::empty()).unwrap())
            .await
            .status
    }
}

/// Returns whether the guard accepted the request. The handler can then refuse the empty body with 415 or
/// 422.
fn passes(status: u16) -> bool {
    status == 200 || status == 415 || status == 422
}

impl std::fmt::Display for Operation<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}
