#[doc(hidden)]
pub(crate) struct __logto_list_0;
#[automatically_derived]
impl ::logto_runtime::__private::Policy for __logto_list_0 {
    const REQUIREMENT: ::logto_runtime::__private::Requirement = {
        ::logto_runtime::__private::submit! {
            ::logto_runtime::__private::guard:: < __logto_list_0, __logto_list_0 >
            (::core::concat!(::core::module_path!(), "::list"))
        }
        ::logto_runtime::__private::Requirement::scopes(
            ::logto_runtime::__private::All(
                &[
                    ::logto_runtime::__private::One("read:products"),
                    ::logto_runtime::__private::Any(
                        &[
                            ::logto_runtime::__private::One("write:products"),
                            ::logto_runtime::__private::One("write:orders"),
                        ],
                    ),
                ],
            ),
        )
    };
}
/// Lists products.
#[tracing::instrument(skip_all)]
pub(crate) async fn list<R>(
    _: ::logto_runtime::__private::Passed<__logto_list_0>,
    State(app): State<App<R>>,
    page: impl Page,
) -> Json<Vec<R::Product>>
where
    R: Repository,
{
    app.products(page)
}
