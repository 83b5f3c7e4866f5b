#[doc(hidden)]
struct __logto_invite_1;
#[automatically_derived]
impl ::logto_runtime::__private::Policy for __logto_invite_1 {
    const REQUIREMENT: ::logto_runtime::__private::Requirement = {
        ::logto_runtime::__private::submit! {
            ::logto_runtime::__private::guard:: < __logto_invite_1, __logto_invite_0 >
            (::core::concat!(::core::module_path!(), "::invite"))
        }
        ::logto_runtime::__private::Requirement::organization_permission(
            ::logto_runtime::__private::One("invite:member"),
        )
    };
}
async fn invite(
    _: ::logto_runtime::__private::Passed<__logto_invite_0>,
    _: ::logto_runtime::__private::Passed<__logto_invite_1>,
    Path(id): Path<String>,
) {}
