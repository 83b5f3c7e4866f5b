use axum::{Router, routing::get};
use logto_runtime::{
    __private::Passed,
    Guard, Policy,
    policy::{Requirement, ScopeExpr},
    require_org_scopes, require_scopes,
};

macro_rules! handler {
    ($name:ident, $scope:literal) => {
        #[require_scopes($scope)]
        async fn $name() {}
    };
}
handler!(by_literal, "read:products");

macro_rules! handler_of_expressions {
    ($name:ident, $($scope:expr),*) => {
        #[require_scopes($($scope),*)]
        async fn $name() {}
    };
}
handler_of_expressions!(by_expressions, "read:products", "write:products");

macro_rules! handler_of_tokens {
    ($item:item) => {
        $item
    };
}
handler_of_tokens! {
    #[require_scopes(any("read:products", "write:products"))]
    async fn by_item() {}
}

macro_rules! handler_of_arguments {
    ($name:ident, $key:ident = $value:expr, $organization:ident($parameter:literal), $body:block) => {
        #[require_org_scopes("read:data", $key = $value, org = $organization($parameter))]
        async fn $name() $body
    };
}
handler_of_arguments!(by_arguments, resource = "org", path("id"), {});

macro_rules! policy {
    ($vis:vis $name:ident: $($scope:tt)*) => {
        #[require_scopes($($scope)*)]
        $vis struct $name;
    };
}
policy!(pub WriteOrders: all("write:orders", any("a", "b")));

/// Expands to functions with the same name, in different modules.
macro_rules! twice {
    ($($module:ident)*) => {$(
        mod $module {
            #[logto_runtime::require_scopes("read:products")]
            #[logto_runtime::require_auth]
            pub async fn list() {}
        }
    )*};
}
twice!(one other);

fn requirement<P: Policy, F>(_: fn(Passed<P>) -> F) -> Requirement {
    P::REQUIREMENT
}

pub(crate) fn main() {
    let read = ScopeExpr::One("read:products");
    let write = ScopeExpr::One("write:products");
    assert_eq!(requirement(by_literal), Requirement::scopes(read));
    assert_eq!(
        requirement(by_expressions),
        Requirement::scopes(ScopeExpr::All(&[
            ScopeExpr::One("read:products"),
            ScopeExpr::One("write:products")
        ]))
    );
    assert_eq!(
        requirement(by_item),
        Requirement::scopes(ScopeExpr::Any(&[
            ScopeExpr::One("read:products"),
            ScopeExpr::One("write:products")
        ]))
    );
    let _ = (read, write);
    let _: Router<logto_runtime::GlobalLogto> = Router::new()
        .route("/{id}", get(by_arguments))
        .route("/orders", get(|_: Guard<WriteOrders>| async {}))
        .route("/one", get(one::list))
        .route("/other", get(other::list));
}
