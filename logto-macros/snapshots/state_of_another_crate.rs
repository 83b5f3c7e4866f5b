#[doc(hidden)]
pub struct __logto_list_0;
#[automatically_derived]
impl ::logto_runtime::__private::AnyPolicy for __logto_list_0 {
    const REQUIREMENT: ::logto_runtime::__private::Requirement = {
        ::logto_runtime::__private::submit! {
            ::logto_runtime::__private::guard_in_state:: < __logto_list_0, __logto_list_0
            > (::core::concat!(::core::module_path!(), "::list"))
        }
        ::logto_runtime::__private::Requirement::scopes(
                ::logto_runtime::__private::One("read:notes"),
            )
            .with_subject(::logto_runtime::__private::Subject::Path("user_id"))
            .with_client("my-spa")
    };
    type Finder = __logto_list_0;
}
#[automatically_derived]
impl ::logto_runtime::__private::FindLogto<AppContext> for __logto_list_0 {
    fn find_logto(
        state: &AppContext,
    ) -> ::core::option::Option<::logto_runtime::__private::Logto> {
        ::logto_runtime::__private::FoundLogto::found(auth::logto_of(state))
    }
}
pub async fn list(
    _: ::logto_runtime::__private::Passed<__logto_list_0>,
    State(ctx): State<AppContext>,
    ::logto_runtime::__private::Under(
        auth,
        ..,
    ): ::logto_runtime::__private::Under<AuthInfo, __logto_list_0>,
    ::logto_runtime::__private::Under(
        organization,
        ..,
    ): ::logto_runtime::__private::Under<
        Option<logto_runtime::OrganizationId>,
        __logto_list_0,
    >,
    ::logto_runtime::__private::Under(
        Claims(plan),
        ..,
    ): ::logto_runtime::__private::Under<Claims<Plan>, __logto_list_0>,
    #[cfg(test)]
    ::logto_runtime::__private::Under(
        mut caller,
        ..,
    ): ::logto_runtime::__private::Under<Option<AuthInfo>, __logto_list_0>,
    other: Option<Other>,
) {}
