//! The Management API of the test tenant, compared with recorded calls to a Logto server.

use std::{fs, path::Path, time::Duration};

use http::{Method, StatusCode};
use logto_runtime::test_util::{Client, Hook, Membership, TestTenant};
use reqwest::RequestBuilder;
use serde_json::{Value, json};

use super::{header_value, http};

const MANAGEMENT_API: &str = "https://default.logto.app/api";
const ORG_API: &str = "https://api.example.com/org";

fn recorded(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("recorded/management-api");
    serde_json::from_str(&fs::read_to_string(path.join(name)).unwrap()).unwrap()
}

fn tenant() -> TestTenant {
    let member = Membership::new()
        .permissions(["invite:member"])
        .scopes(ORG_API, ["read:data"]);
    TestTenant::builder()
        .resource(ORG_API, ["read:data", "write:settings"])
        .token_lifetime(ORG_API, Duration::from_secs(120))
        .organization("acme")
        .organization_permissions(["invite:member", "manage:billing"])
        .client(Client::new("manager", "secret").scopes(MANAGEMENT_API, ["all"]))
        .client(Client::new("nobody", "secret"))
        .client(Client::new("member", "secret").member_of("acme", member))
        .hook(
            Hook::new("https://api.example.com/hook", ["User.Deleted"])
                .delivered("User.Deleted", 500),
        )
        .start()
}

/// Requests a token for the Management API.
async fn token(tenant: &TestTenant, client: &str) -> String {
    let form = [
        ("grant_type", "client_credentials"),
        ("resource", MANAGEMENT_API),
        ("scope", "all"),
        ("client_id", client),
        ("client_secret", "secret"),
    ];
    let url = format!("{}/oidc/token", tenant.endpoint());
    let response = http().post(url).form(&form).send().await.unwrap();
    let body: Value = response.json().await.unwrap();
    body["access_token"].as_str().unwrap().to_owned()
}

fn call(tenant: &TestTenant, method: &str, path: &str) -> RequestBuilder {
    let method: Method = method.parse().unwrap();
    http().request(method, format!("{}{path}", tenant.endpoint()))
}

async fn get(tenant: &TestTenant, path: &str) -> Value {
    let token = token(tenant, "manager").await;
    let response = call(tenant, "GET", path).bearer_auth(token).send();
    response.await.unwrap().json().await.unwrap()
}

/// Returns the names of the fields of a JSON object, or of the first object in a list.
fn fields(value: &Value) -> Vec<&String> {
    let value = value.get(0).unwrap_or(value);
    let mut names: Vec<_> = value
        .as_object()
        .into_iter()
        .flat_map(|it| it.keys())
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn recorded_calls_get_answers_like_the_recorded_ones() {
    let tenant = tenant();
    let manager = token(&tenant, "manager").await;
    let nobody = token(&tenant, "nobody").await;
    let mut created: Option<(String, String)> = None;
    let calls = recorded("calls.json");
    let mut compared = 0;
    for case in calls.as_array().unwrap() {
        let (request, expected) = (&case["request"], &case["response"]);
        let note = case["note"].as_str().unwrap();
        // The test tenant does not implement `DELETE`.
        if request["method"] == "DELETE" {
            continue;
        }
        let mut path = request["path"].as_str().unwrap().to_owned();
        if let Some((recorded, actual)) = &created {
            path = path.replace(recorded, actual);
        }
        let mut sent = call(&tenant, request["method"].as_str().unwrap(), &path);
        if note.contains("without the management role") {
            sent = sent.bearer_auth(&nobody);
        } else if note != "no token" {
            sent = sent.bearer_auth(&manager);
        }
        if !request["json"].is_null() {
            sent = sent.json(&request["json"]);
        }
        let response = sent.send().await.unwrap();
        let status = u64::from(response.status().as_u16());
        assert_eq!(Some(status), expected["status"].as_u64(), "{note}");
        assert_eq!(
            header_value(&response, "content-type"),
            "application/json; charset=utf-8"
        );
        let total = response.headers().get("total-number").cloned();
        let recorded_total = expected["headers"]["Total-Number"].as_str();
        assert_eq!(
            total.as_ref().map(|it| it.to_str().unwrap()),
            recorded_total,
            "{note}"
        );
        let body: Value = response.json().await.unwrap();
        assert_eq!(fields(&body), fields(&expected["body"]), "{note}");
        assert_eq!(body["code"], expected["body"]["code"], "{note}");
        assert_eq!(body["message"], expected["body"]["message"], "{note}");
        assert_eq!(
            body.as_array().map(Vec::len),
            expected["body"].as_array().map(Vec::len)
        );
        if note == "create an API resource" {
            let id = |body: &Value| body["id"].as_str().unwrap().to_owned();
            created = Some((id(&expected["body"]), id(&body)));
        }
        compared += 1;
    }
    assert_eq!(compared, 13);
}

#[tokio::test]
async fn calls_without_a_good_token_are_refused_with_the_recorded_codes() {
    let tenant = tenant();
    let foreign = tenant
        .token()
        .client("m")
        .resource(ORG_API)
        .scopes(["read:data"])
        .mint();
    let nobody = token(&tenant, "nobody").await;
    let refusals = recorded("refusals.json");
    for (case, header) in [
        ("no Authorization header", None),
        ("Basic scheme", Some("Basic YTpi".to_owned())),
        ("lower-case bearer", Some(format!("bearer {nobody}"))),
        ("opaque/garbage token", Some("Bearer garbage".to_owned())),
        ("wrong audience", Some(format!("Bearer {foreign}"))),
        ("right audience, no scope", Some(format!("Bearer {nobody}"))),
    ] {
        let cases = refusals["cases"].as_array().unwrap();
        let expected = cases.iter().find(|it| it["case"] == case).unwrap();
        let mut sent = call(&tenant, "GET", "/api/resources");
        if let Some(header) = header {
            sent = sent.header("authorization", header);
        }
        let response = sent.send().await.unwrap();
        let status = u64::from(response.status().as_u16());
        assert_eq!(Some(status), expected["status"].as_u64(), "{case}");
        assert!(
            !response.headers().contains_key("www-authenticate"),
            "{case}"
        );
        let body: Value = response.json().await.unwrap();
        assert_eq!(body["code"], expected["body"]["code"], "{case}");
    }
}

#[tokio::test]
async fn lists_have_the_recorded_fields() {
    let tenant = tenant();
    for (path, file) in [
        ("/api/resources?includeScopes=true", "resources.json"),
        ("/api/organization-scopes", "organization-scopes.json"),
        ("/api/organization-roles", "organization-roles.json"),
    ] {
        let (list, expected) = (get(&tenant, path).await, recorded(file));
        assert_eq!(fields(&list), fields(&expected["body"]), "{path}");
    }
    let resources = get(&tenant, "/api/resources?includeScopes=true").await;
    let expected = recorded("resources.json");
    assert_eq!(
        fields(&resources[1]["scopes"]),
        fields(&expected["body"][1]["scopes"])
    );
    assert_eq!(resources[0]["id"], "management-api");
    assert_eq!(resources[1]["accessTokenTtl"], 120);
    let roles = get(&tenant, "/api/organization-roles").await;
    assert_eq!(
        roles[0]["resourceScopes"][0]["id"],
        resources[1]["scopes"][0]["id"]
    );
}

/// Without parameters, Logto sends the first 20 organization roles, but all permissions.
#[tokio::test]
async fn organization_roles_always_have_pages_and_permissions_do_not() {
    let tenant = tenant();
    let manager = token(&tenant, "manager").await;
    for (path, has_pages) in [
        ("/api/organization-roles", true),
        ("/api/organization-scopes", false),
    ] {
        let sent = call(&tenant, "GET", path).bearer_auth(&manager);
        let response = sent.send().await.unwrap();
        let total = response.headers().contains_key("total-number");
        assert_eq!(total, has_pages, "{path}");
    }
}

#[tokio::test]
async fn webhooks_and_their_deliveries_are_listed() {
    let tenant = tenant();
    let hooks = get(&tenant, "/api/hooks").await;
    assert_eq!(hooks[0]["events"], json!(["User.Deleted"]));
    let logs = format!(
        "/api/hooks/{}/recent-logs",
        hooks[0]["id"].as_str().unwrap()
    );
    let logs = get(&tenant, &logs).await;
    assert_eq!(logs[0]["key"], "TriggerHook.User.Deleted");
    assert_eq!(logs[0]["payload"]["result"], "Error");
    assert_eq!(
        get(&tenant, "/api/hooks/other/recent-logs").await["code"],
        "entity.not_found"
    );
}

#[tokio::test]
async fn the_token_endpoint_accepts_a_resource_after_its_creation() {
    let tenant = tenant();
    let ask = || {
        let form = [
            ("grant_type", "client_credentials"),
            ("resource", "https://new.example.com"),
            ("client_id", "nobody"),
            ("client_secret", "secret"),
        ];
        let url = format!("{}/oidc/token", tenant.endpoint());
        http().post(url).form(&form).send()
    };
    assert_eq!(ask().await.unwrap().status(), StatusCode::BAD_REQUEST);
    let body = json!({ "name": "New", "indicator": "https://new.example.com" });
    let manager = token(&tenant, "manager").await;
    let sent = call(&tenant, "POST", "/api/resources")
        .bearer_auth(manager)
        .json(&body);
    assert_eq!(sent.send().await.unwrap().status(), StatusCode::CREATED);
    assert_eq!(ask().await.unwrap().status(), StatusCode::OK);
}
