const _: () = {
    ::logto_runtime::__private::submit! {
        ::logto_runtime::__private::public(::core::concat!(::core::module_path!(),
        "::health"))
    }
};
async fn health(_: ::logto_runtime::__private::Public) -> &'static str {
    "ok"
}
