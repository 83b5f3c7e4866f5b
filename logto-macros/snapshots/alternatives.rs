#[doc(hidden)]
struct __logto_bill_0;
const _: () = {
    const _: ::logto_runtime::__private::Requirement = <::logto_runtime::__private::AnyOf<
        (Admin, policies::Member),
    > as ::logto_runtime::__private::AnyPolicy>::REQUIREMENT;
    ::logto_runtime::__private::submit! {
        ::logto_runtime::__private::policy:: < ::logto_runtime::__private::AnyOf <
        (Admin, policies::Member,) >, __logto_bill_0 >
        (::core::concat!(::core::module_path!(), "::bill"))
    }
};
async fn bill(
    _: ::logto_runtime::__private::Passed<
        ::logto_runtime::__private::AnyOf<(Admin, policies::Member)>,
    >,
) {}
