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
#[cfg_attr(
    docs,
    utoipa::path(
        get,
        path = "/a",
        security(("logto-undescribed" = [])),
        extensions(
            (
                "x-logto-guard-0" = json!(
                    ::logto_runtime::__private::guard_mark::<__logto_list_0>(
                        ::core::option::Option::Some(
                            &<__logto_list_0
                            as::logto_runtime::__private::AnyPolicy>::REQUIREMENT
                        )
                    )
                )
            )
        )
    )
)]
#[utoipa::path(
    get,
    path = "/b",
    responses((status = 200)),
    security(("logto-undescribed" = [])),
    extensions(
        ("x-a" = json!({"b":1})),
        (
            "x-logto-guard-0" = json!(
                ::logto_runtime::__private::guard_mark::<__logto_list_0>(
                    ::core::option::Option::Some(
                        &<__logto_list_0
                        as::logto_runtime::__private::AnyPolicy>::REQUIREMENT
                    )
                )
            )
        )
    )
)]
#[utoipa::path]
#[other::paths(get)]
async fn list(_: ::logto_runtime::__private::Passed<__logto_list_0>) {}
