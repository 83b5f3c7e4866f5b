struct ReadNotes;
#[automatically_derived]
impl ::logto_runtime::__private::AnyPolicy for ReadNotes {
    const REQUIREMENT: ::logto_runtime::__private::Requirement = {
        ::logto_runtime::__private::submit! {
            ::logto_runtime::__private::policy:: < ReadNotes, ReadNotes >
            (::core::concat!(::core::module_path!(), "::ReadNotes"))
        }
        ::logto_runtime::__private::Requirement::scopes(
            ::logto_runtime::__private::One("read:notes"),
        )
    };
    type Finder = ReadNotes;
}
#[automatically_derived]
impl ::logto_runtime::__private::FindLogto<AppContext> for ReadNotes {
    fn find_logto(
        state: &AppContext,
    ) -> ::core::option::Option<::logto_runtime::__private::Logto> {
        ::logto_runtime::__private::FoundLogto::found(logto_of(state))
    }
}
