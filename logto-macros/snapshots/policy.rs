#[derive(Debug)]
pub struct WriteOrders;
#[automatically_derived]
impl ::logto_runtime::__private::Policy for WriteOrders {
    const REQUIREMENT: ::logto_runtime::__private::Requirement = {
        const _: ::logto_runtime::__private::Requirement = <WriteOrders as ::logto_runtime::__private::AnyPolicy>::REQUIREMENT;
        ::logto_runtime::__private::submit! {
            ::logto_runtime::__private::policy:: < WriteOrders, WriteOrders >
            (::core::concat!(::core::module_path!(), "::WriteOrders"))
        }
        ::logto_runtime::__private::Requirement::scopes(
            ::logto_runtime::__private::One(
                ::logto_runtime::__private::scope_name(
                    &scopes::WRITE_ORDERS,
                    ::logto_runtime::__private::ScopeOrigin::ScopeOfDefault,
                ),
            ),
        )
    };
}
