//! Validates OpenAPI documents with the schema of the OpenAPI Initiative. Also checks references and
//! scopes, which a schema cannot check.

use std::sync::LazyLock;

use jsonschema::Validator;
use serde_json::Value;

static SCHEMA: LazyLock<Validator> = LazyLock::new(|| {
    let schema = include_str!("../../openapi/schema-3.1.json");
    jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap()
});

#[track_caller]
pub(crate) fn assert_valid(document: &Value) {
    let errors: Vec<_> = SCHEMA
        .iter_errors(document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}\n{document:#}");
    assert_references_resolve(document, document);
    assert_schemes_list_the_required_scopes(document);
}

#[track_caller]
fn assert_references_resolve(document: &Value, part: &Value) {
    match part {
        Value::Object(members) => {
            if let Some(Value::String(reference)) = members.get("$ref") {
                let pointer = reference.strip_prefix('#').unwrap();
                assert!(document.pointer(pointer).is_some(), "{reference}");
            }
            members
                .values()
                .for_each(|part| assert_references_resolve(document, part));
        }
        Value::Array(items) => items
            .iter()
            .for_each(|part| assert_references_resolve(document, part)),
        _ => {}
    }
}

#[track_caller]
fn assert_schemes_list_the_required_scopes(document: &Value) {
    let items = document["paths"].as_object().unwrap().values();
    let operations = items.flat_map(|item| item.as_object().unwrap().values());
    let security = operations
        .map(|operation| &operation["security"])
        .chain([&document["security"]]);
    for requirement in security.filter_map(Value::as_array).flatten() {
        for (name, scopes) in requirement.as_object().unwrap() {
            let scheme = &document["components"]["securitySchemes"][name];
            // In OpenAPI 3.1, a requirement may name scopes even if its scheme cannot list scopes.
            if scheme["type"] == "apiKey" {
                continue;
            }
            let flows = scheme["flows"].as_object().expect(name);
            assert!(!flows.is_empty(), "{name}");
            for flow in flows.values() {
                for scope in scopes.as_array().unwrap() {
                    let scope = scope.as_str().unwrap();
                    assert!(flow["scopes"][scope].is_string(), "{name}: {scope}");
                }
            }
        }
    }
}

#[test]
fn the_schema_refuses_invalid_documents() {
    for document in [
        serde_json::json!({ "openapi": "3.1.0", "info": { "title": "a", "version": "1" } }),
        serde_json::json!({
            "openapi": "3.1.0",
            "info": { "title": "a", "version": "1" },
            "paths": { "/a": { "get": { "responses": { "four": { "description": "" } } } } },
        }),
    ] {
        assert!(!SCHEMA.is_valid(&document), "{document}");
    }
}
