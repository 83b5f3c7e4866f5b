#[doc(hidden)]
struct __logto_data_0;
#[automatically_derived]
impl ::framework::logto::__private::Policy for __logto_data_0 {
    const REQUIREMENT: ::framework::logto::__private::Requirement = {
        ::framework::logto::__private::submit! {
            ::framework::logto::__private::guard:: < __logto_data_0, __logto_data_0 >
            (::core::concat!(::core::module_path!(), "::data"))
        }
        const _: () = ::framework::logto::__private::assert_state::<App>();
        ::framework::logto::__private::Requirement::organization_scopes(
                ::framework::logto::__private::One("read:data"),
            )
            .with_resource("org")
            .with_organization(
                ::framework::logto::__private::OrganizationSource::Path("id"),
            )
            .with_subject(::framework::logto::__private::Subject::User)
    };
}
async fn data(_: ::framework::logto::__private::Passed<__logto_data_0>) {}
