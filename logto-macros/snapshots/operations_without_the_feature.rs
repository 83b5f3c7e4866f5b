#[doc(hidden)]
struct __logto_list_0;
#[automatically_derived]
impl ::logto_runtime::__private::Policy for __logto_list_0 {
    const REQUIREMENT: ::logto_runtime::__private::Requirement = {
        ::logto_runtime::__private::submit! {
            ::logto_runtime::__private::guard:: < __logto_list_0, __logto_list_0 >
            (::core::concat!(::core::module_path!(), "::list"))
        }
        ::logto_runtime::__private::Requirement::authenticated()
    };
}
#[cfg_attr(docs, utoipa::path(get, path = "/a"))]
#[utoipa::path(
    get,
    path = "/b",
    extensions(("x-a" = json!({"b":1}))),
    responses((status = 200))
)]
#[utoipa::path]
#[other::paths(get)]
async fn list(_: ::logto_runtime::__private::Passed<__logto_list_0>) {}
