//! `warm_up` checks the names of clients in guards. `build` checks the names and ids that the builder gets.

use logto_runtime::test_util::TestTenant;

use crate::support::PRODUCTS;

#[tokio::test]
async fn warm_up_names_the_clients_that_the_builder_does_not_know() {
    let tenant = TestTenant::builder().resource(PRODUCTS, [""; 0]).start();
    let known = tenant
        .logto()
        .named_client("my-spa", "qk3vfhyo0vxsnmu2jqgbd");
    known.build().unwrap().warm_up().await.unwrap();
    // The guard of `caller::by_id` has the id of a client, not a name. So the error does not list this guard.
    let other = tenant.logto().named_client("my-cli", "another");
    let error = other
        .build()
        .unwrap()
        .warm_up()
        .await
        .unwrap_err()
        .to_string();
    let place = "shapes::caller::settings (tests/shapes/caller.rs:";
    assert!(
        error.starts_with(&format!(
            "can't warm up: some guards name clients that the builder does not know: {place}"
        )),
        "{error}"
    );
    assert!(
        error.ends_with(
            "names the client \"my-spa\". Add `.named_client(\"my-spa\", \"<application id>\")` to \
             the builder, or correct the attributes; the builder knows [\"my-cli\"]"
        ),
        "{error}"
    );
}

#[test]
fn build_checks_names_and_ids_of_clients() {
    let tenant = TestTenant::builder().offline().start();
    for (name, id, problem) in [
        ("My SPA", "qk3vfhyo0vxsnmu2jqgbd", "is not a valid name"),
        (
            "qk3vfhyo0vxsnmu2jqgbd",
            "qk3vfhyo0vxsnmu2jqgbd",
            "is not a valid name",
        ),
        ("my-spa", "", "has an id that is empty"),
        (
            "my-spa",
            "a b",
            "has an id that is empty or contains white space",
        ),
    ] {
        let builder = tenant.logto().resource(PRODUCTS).named_client(name, id);
        let error = builder.build().unwrap_err().to_string();
        let expected = format!("the client name {name:?} {problem}");
        assert!(error.starts_with(&expected), "{error}");
    }
    let twice = tenant.logto().resource(PRODUCTS);
    let twice = twice
        .named_client("my-spa", "one")
        .named_client("my-spa", "other");
    let error = twice.build().unwrap_err().to_string();
    assert!(error.contains("is used for two ids"), "{error}");
}
