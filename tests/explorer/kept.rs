//! The explorer's matrix says who may call which route. The tests write a matrix as JSON, read it back, and
//! compare it with the matrix of a changed API.

use std::panic::catch_unwind;

use logto_runtime::{
    Logto,
    explorer::{InvalidMatrix, Matrix, matrix},
    require_scopes,
    routes::Routes,
};

use crate::support::{app, get, routes, tenant};

#[require_scopes("write:products")]
async fn list() {}

#[require_scopes("write:products")]
async fn added() {}

#[require_scopes("read:products")]
async fn read() {}

/// Returns the matrix before a change of the API.
async fn kept() -> Matrix {
    matrix(&routes(), &tenant()).await.unwrap()
}

/// Returns the matrix after the change. One route is new, one route is gone, and one guard requires a
/// different scope.
async fn changed() -> Matrix {
    let routes: Routes<Logto> = Routes::new()
        .get("/products", list)
        .post("/products", added);
    matrix(&routes, &tenant()).await.unwrap()
}

#[tokio::test]
async fn the_matrix_is_the_same_on_each_run_and_can_be_read_back() {
    let (first, second) = (kept().await, kept().await);
    assert_eq!(first.to_json(), second.to_json());
    assert_eq!(Matrix::from_json(&first.to_json()), Ok(first));
}

#[tokio::test]
async fn the_page_serves_the_matrix_that_the_function_matrix_returns() {
    let tenant = tenant();
    let answer = get(&app(&tenant), "/matrix.json").await;
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.body, kept().await.to_json());
}

#[tokio::test]
async fn each_cell_is_on_a_line_of_its_own() {
    let json = kept().await.to_json();
    assert!(
        json.starts_with("{\n  \"version\": 1,\n  \"personas\": [\n    \"nobody\",\n"),
        "{json}"
    );
    let line = r#"        "nobody": {"status":401,"code":"missing_token","challenge":"Bearer scope=\"read:products\""},"#;
    assert!(json.lines().any(|it| it == line), "{json}");
}

#[tokio::test]
async fn a_difference_names_the_changed_routes_guards_and_personas() {
    let difference = changed()
        .await
        .compare(&kept().await)
        .unwrap_err()
        .to_string();
    for line in [
        "- GET /healthz: the route is gone",
        r#"~ GET /products: the guard was require_scopes("read:products"), is require_scopes("write:products")"#,
        "~ GET /products: clients must ask Logto for another token",
        "~ GET /products: nobody gets another challenge",
        r#"+ POST /products: the route is new, require_scopes("write:products"), and lets in user with the scopes, machine with the scopes"#,
    ] {
        assert!(
            difference.lines().any(|it| it.trim() == line),
            "{line}\nis not in{difference}"
        );
    }
    let mut other = kept().await;
    other.routes[0].cells[0].code = "granted".to_owned();
    other.routes[0].cells[0].status = 200;
    other.personas[2] = "somebody".to_owned();
    let difference = kept().await.compare(&other).unwrap_err().to_string();
    assert_eq!(
        difference,
        "\n  - somebody: the persona is gone\n  + opaque token: the persona is new\
         \n  ~ GET /products: nobody got 200 granted, gets 401 missing_token"
    );
    assert_eq!(kept().await.compare(&kept().await), Ok(()));
}

#[tokio::test]
async fn another_order_of_the_routes_is_a_difference() {
    let mut other = kept().await;
    other.routes.reverse();
    assert!(kept().await.compare(&other).is_err());
}

/// A route for every method at `/{*rest}` has the same place in the table as a fallback.
#[tokio::test]
async fn each_of_two_routes_with_one_place_is_compared_with_its_own_past() {
    let of = async |routes: Routes<Logto>| matrix(&routes, &tenant()).await.unwrap();
    let before = || of(Routes::new().any("/{*rest}", list).fallback(read));
    let kept = before().await;
    assert_eq!(before().await.compare(&kept), Ok(()));
    let changed = of(Routes::new().any("/{*rest}", list).fallback(list)).await;
    let difference = changed.compare(&kept).unwrap_err().to_string();
    let guard = "~ * /{*rest}: the guard was require_scopes(\"read:products\"), \
                 is require_scopes(\"write:products\")";
    assert_eq!(difference.matches(": the guard was ").count(), 1);
    assert!(difference.contains(guard), "{difference}");
    let without = of(Routes::new().any("/{*rest}", list)).await;
    let gone = without.compare(&kept).unwrap_err().to_string();
    assert_eq!(gone, "\n  - * /{*rest}: the route is gone");
}

#[tokio::test]
async fn the_assertion_fails_with_the_difference_and_the_way_to_accept_it() {
    // With this variable, the assertions below would write the file instead of failing.
    if std::env::var_os("LOGTO_MATRIX").is_some() {
        return;
    }
    let folder = std::env::temp_dir().join(format!("logto-matrix-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("matrix.json");
    let (kept, changed) = (kept().await, changed().await);
    let failure = |matrix: &Matrix| {
        let failed = catch_unwind(|| matrix.assert_file(&file));
        failed
            .err()
            .map(|panic| *panic.downcast::<String>().unwrap())
    };
    let accept = "run the test with LOGTO_MATRIX=overwrite, and commit the file";

    let missing = failure(&kept).unwrap();
    assert!(
        missing.starts_with("cannot read ") && missing.ends_with(accept),
        "{missing}"
    );
    std::fs::write(&file, kept.to_json()).unwrap();
    assert_eq!(failure(&kept), None);
    let differs = failure(&changed).unwrap();
    assert!(differs.contains(accept) && differs.contains("GET /healthz: the route is gone"));
    std::fs::write(&file, "{}").unwrap();
    let broken = failure(&kept).unwrap();
    assert!(
        broken.contains("`version` is missing or not a number") && broken.ends_with(accept),
        "{broken}"
    );
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn a_file_that_is_not_a_matrix_is_refused() {
    let json = kept().await.to_json();
    for (text, expected) in [
        ("", "it is not a matrix: EOF"),
        (
            "[]",
            "it is not a matrix: `version` is missing or not a number",
        ),
        (
            "{\"version\": \"1\"}",
            "it is not a matrix: `version` is missing or not a number",
        ),
        (
            "{\"version\": 1}",
            "it is not a matrix: missing field `personas`",
        ),
        (
            &json.replace("\"version\": 1", "\"version\": 2"),
            "its version is 2, and this program reads version 1",
        ),
        (
            &json.replace("        \"nobody\": {", "        \"somebody\": {"),
            "it is not a matrix: GET /products has no cell for `nobody`",
        ),
        (
            &json.replacen("    \"nobody\",\n", "", 1),
            "it is not a matrix: GET /products has a cell for `nobody`",
        ),
        (
            &json.replace("\"status\":401", "\"status\":\"401\""),
            "it is not a matrix: a cell: invalid type",
        ),
    ] {
        let error = Matrix::from_json(text).unwrap_err();
        assert!(error.to_string().starts_with(expected), "{error}");
    }
    let newer = Matrix::from_json(r#"{"version": 7}"#);
    assert_eq!(newer, Err(InvalidMatrix::Version { found: 7 }));
}
