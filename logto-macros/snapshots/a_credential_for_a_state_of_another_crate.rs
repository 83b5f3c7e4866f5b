#[doc(hidden)]
struct __logto_models_0;
#[automatically_derived]
impl ::logto_runtime::__private::AnyPolicy for __logto_models_0 {
    const REQUIREMENT: ::logto_runtime::__private::Requirement = {
        const _: ::logto_runtime::__private::Requirement = <::logto_runtime::__private::AnyOf<
            (Admin, Member),
        >>::ALTERNATIVES
            .beside_hidden_credential();
        ::logto_runtime::__private::submit! {
            ::logto_runtime::__private::either:: < __logto_models_0, ApiKey,
            __logto_models_0 > (::core::concat!(::core::module_path!(), "::models"))
        }
        <::logto_runtime::__private::AnyOf<(Admin, Member)>>::ALTERNATIVES
    };
    type Finder = __logto_models_0;
}
#[automatically_derived]
impl ::logto_runtime::__private::FindLogto<AppContext> for __logto_models_0 {
    fn find_logto(
        state: &AppContext,
    ) -> ::core::option::Option<::logto_runtime::__private::Logto> {
        ::logto_runtime::__private::FoundLogto::found(logto_of(state))
    }
}
async fn models(
    _: ::logto_runtime::__private::TokenOr<__logto_models_0, ApiKey>,
    ::logto_runtime::__private::Under(
        auth,
        ..,
    ): ::logto_runtime::__private::Under<Option<AuthInfo>, __logto_models_0>,
) {}
