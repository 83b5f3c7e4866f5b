//! A named requirement, as a type.

use crate::Requirement;

/// A named requirement that guards and layers take as a type parameter.
///
/// Put an attribute on a unit struct to implement it:
///
/// ```
/// use logto_runtime::require_scopes;
///
/// #[require_scopes("write:orders")]
/// pub struct WriteOrders;
/// ```
pub trait Policy: 'static {
    /// What a caller must show.
    const REQUIREMENT: Requirement;
}
