#[doc(hidden)]
struct __logto_models_0;
const _: () = {
    const _: ::logto_runtime::__private::Requirement = <ReadModels as ::logto_runtime::__private::AnyPolicy>::REQUIREMENT
        .beside_hidden_credential();
    ::logto_runtime::__private::submit! {
        ::logto_runtime::__private::either:: < ReadModels, keys::ApiKey, __logto_models_0
        > (::core::concat!(::core::module_path!(), "::models"))
    }
};
#[utoipa::path(
    get,
    security(("logto-undescribed" = [])),
    extensions(
        (
            "x-logto-guard-0" = json!(
                ::logto_runtime::__private::guard_mark::<__logto_models_0>(
                    ::core::option::Option::Some(
                        <::logto_runtime::__private::TokenOr<ReadModels,
                        keys::ApiKey>>::requirement()
                    )
                )
            )
        )
    )
)]
async fn models(_: ::logto_runtime::__private::TokenOr<ReadModels, keys::ApiKey>) {}
