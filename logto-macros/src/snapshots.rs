//! Compares the generated code with the files in `snapshots/`.
//!
//! `UPDATE_EXPECT=1 cargo test -p logto-macros` rewrites these files.

use expect_test::{ExpectFile, expect_file};
use proc_macro2::TokenStream;

use crate::{expand, kind::Kind};

fn check(kind: Kind, args: &str, item: &str, expected: &ExpectFile) {
    check_for(false, kind, args, item, expected);
}

/// Expands an attribute and compares the output. `describes` has the effect of the feature `utoipa`.
fn check_for(describes: bool, kind: Kind, args: &str, item: &str, expected: &ExpectFile) {
    let [args, item] = [args, item].map(|text| text.parse::<TokenStream>().unwrap());
    let file = syn::parse2(expand::attribute_for(describes, kind, args, item)).unwrap();
    expected.assert_eq(&prettyplease::unparse(&file));
}

#[test]
fn scopes_on_a_handler() {
    check(
        Kind::Scopes,
        r#""read:products", any("write:products", "write:orders")"#,
        "
        /// Lists products.
        #[tracing::instrument(skip_all)]
        pub(crate) async fn list<R>(State(app): State<App<R>>, page: impl Page) -> Json<Vec<R::Product>>
        where
            R: Repository,
        {
            app.products(page)
        }
        ",
        &expect_file!["../snapshots/scopes_on_a_handler.rs"],
    );
}

#[test]
fn arguments_beside_scopes() {
    check(
        Kind::OrganizationScopes,
        r#""read:data", resource = "org", org = path("id"), subject = user, state = App,
           crate = ::framework::logto"#,
        "async fn data() {}",
        &expect_file!["../snapshots/arguments_beside_scopes.rs"],
    );
}

#[test]
fn state_of_another_crate() {
    check(
        Kind::Scopes,
        r#""read:notes", subject = path("user_id"), client = "my-spa", state = AppContext,
           logto = auth::logto_of"#,
        "pub async fn list(
            State(ctx): State<AppContext>,
            auth: AuthInfo,
            organization: Option<logto_runtime::OrganizationId>,
            Claims(plan): Claims<Plan>,
            #[cfg(test)] mut caller: Option<AuthInfo>,
            other: Option<Other>,
        ) {}",
        &expect_file!["../snapshots/state_of_another_crate.rs"],
    );
}

#[test]
fn policy_for_a_state_of_another_crate() {
    check(
        Kind::Scopes,
        r#""read:notes", state = AppContext, logto = logto_of"#,
        "struct ReadNotes;",
        &expect_file!["../snapshots/policy_for_a_state_of_another_crate.rs"],
    );
}

#[test]
fn alternatives_for_a_state_of_another_crate() {
    check(
        Kind::Alternatives,
        "Admin, Member, state = AppContext, logto = logto_of",
        "async fn bill(auth: AuthInfo) {}",
        &expect_file!["../snapshots/alternatives_for_a_state_of_another_crate.rs"],
    );
}

#[test]
fn a_policy_or_a_credential() {
    check_for(
        true,
        Kind::Alternatives,
        "ReadModels, credential = keys::ApiKey",
        "#[utoipa::path(get)] async fn models() {}",
        &expect_file!["../snapshots/a_policy_or_a_credential.rs"],
    );
}

#[test]
fn a_credential_for_a_state_of_another_crate() {
    check(
        Kind::Alternatives,
        "Admin, Member, credential = ApiKey, state = AppContext, logto = logto_of",
        "async fn models(auth: Option<AuthInfo>) {}",
        &expect_file!["../snapshots/a_credential_for_a_state_of_another_crate.rs"],
    );
}

#[test]
fn guarded_by_hand() {
    check(
        Kind::ByHand,
        r#""API key""#,
        "async fn models() {}",
        &expect_file!["../snapshots/guarded_by_hand.rs"],
    );
}

#[test]
fn second_of_two_attributes() {
    check(
        Kind::OrganizationPermission,
        r#""invite:member""#,
        "async fn invite(_: ::logto_runtime::__private::Passed<__logto_invite_0>, Path(id): Path<String>) {}",
        &expect_file!["../snapshots/second_of_two_attributes.rs"],
    );
}

#[test]
fn policy() {
    check(
        Kind::Scopes,
        "scopes::WRITE_ORDERS",
        "#[derive(Debug)] pub struct WriteOrders;",
        &expect_file!["../snapshots/policy.rs"],
    );
}

#[test]
fn alternatives() {
    check(
        Kind::Alternatives,
        "Admin, policies::Member",
        "async fn bill() {}",
        &expect_file!["../snapshots/alternatives.rs"],
    );
}

#[test]
fn public_handler() {
    check(
        Kind::Public,
        "",
        "async fn health() -> &'static str { \"ok\" }",
        &expect_file!["../snapshots/public_handler.rs"],
    );
}

const DOCUMENTED: &str = r#"
    #[cfg_attr(docs, utoipa::path(get, path = "/a",))]
    #[utoipa::path(get, path = "/b", extensions(("x-a" = json!({ "b": 1 }))), responses((status = 200)))]
    #[utoipa::path]
    #[other::paths(get)]
    async fn list() {}
"#;

#[test]
fn described_operations() {
    check_for(
        true,
        Kind::Authenticated,
        "",
        DOCUMENTED,
        &expect_file!["../snapshots/described_operations.rs"],
    );
}

#[test]
fn operations_without_the_feature() {
    check_for(
        false,
        Kind::Authenticated,
        "",
        DOCUMENTED,
        &expect_file!["../snapshots/operations_without_the_feature.rs"],
    );
}

#[test]
fn mistakes() {
    check(
        Kind::Scopes,
        r#""", resuorce = "org""#,
        "fn list(State(app): State<App>) -> Json<Products> { app.products() }",
        &expect_file!["../snapshots/mistakes.rs"],
    );
}
