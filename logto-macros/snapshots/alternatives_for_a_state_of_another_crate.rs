#[doc(hidden)]
struct __logto_bill_0;
#[automatically_derived]
impl ::logto_runtime::__private::AnyPolicy for __logto_bill_0 {
    const REQUIREMENT: ::logto_runtime::__private::Requirement = {
        const _: ::logto_runtime::__private::Requirement = <::logto_runtime::__private::AnyOf<
            (Admin, Member),
        >>::ALTERNATIVES;
        ::logto_runtime::__private::submit! {
            ::logto_runtime::__private::guard_in_state:: < __logto_bill_0, __logto_bill_0
            > (::core::concat!(::core::module_path!(), "::bill"))
        }
        <::logto_runtime::__private::AnyOf<(Admin, Member)>>::ALTERNATIVES
    };
    type Finder = __logto_bill_0;
}
#[automatically_derived]
impl ::logto_runtime::__private::FindLogto<AppContext> for __logto_bill_0 {
    fn find_logto(
        state: &AppContext,
    ) -> ::core::option::Option<::logto_runtime::__private::Logto> {
        ::logto_runtime::__private::FoundLogto::found(logto_of(state))
    }
}
async fn bill(
    _: ::logto_runtime::__private::Passed<__logto_bill_0>,
    ::logto_runtime::__private::Under(
        auth,
        ..,
    ): ::logto_runtime::__private::Under<AuthInfo, __logto_bill_0>,
) {}
