const _: () = {
    ::logto_runtime::__private::submit! {
        ::logto_runtime::__private::GuardInfo::__new:: <
        ::logto_runtime::__private::Public, ::logto_runtime::__private::Public >
        (::core::concat!(::core::module_path!(), "::health"),
        ::core::option::Option::None, ::core::file!(), ::core::line!(),)
    }
};
async fn health(_: ::logto_runtime::__private::Public) -> &'static str {
    "ok"
}
