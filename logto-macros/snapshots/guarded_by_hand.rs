#[doc(hidden)]
struct __logto_models_0;
#[automatically_derived]
impl ::logto_runtime::__private::Policy for __logto_models_0 {
    const REQUIREMENT: ::logto_runtime::__private::Requirement = {
        ::logto_runtime::__private::submit! {
            ::logto_runtime::__private::by_hand:: < __logto_models_0, __logto_models_0 >
            (::core::concat!(::core::module_path!(), "::models"))
        }
        ::logto_runtime::__private::Requirement::by_hand("API key")
    };
}
async fn models(_: ::logto_runtime::__private::ByHand<__logto_models_0>) {}
