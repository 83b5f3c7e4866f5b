const _: () = {
    ::logto_runtime::__private::submit! {
        ::logto_runtime::__private::GuardInfo::__public(::core::concat!(::core::module_path!(),
        "::health"))
    }
};
async fn health(_: ::logto_runtime::__private::Public) -> &'static str {
    "ok"
}
