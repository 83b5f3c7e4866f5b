//! [`granted`], which makes the guard argument of a handler. With this argument, a test can call the handler
//! directly.

use crate::{
    extract::{by_hand::ByHand, guard::Guard, passed::Passed, public::Public, token_or::TokenOr},
    logto::auth_info::AuthInfo,
    policy::AnyPolicy,
};

/// A type of guard argument that [`granted`] can make.
///
/// [`Guard`] and [`TokenOr`] are such types. So are the types of the arguments that attributes add.
/// This trait is sealed.
pub trait Granted: sealed::Granted {}

/// Returns the guard argument of a handler, for a direct call of the handler.
///
/// Does not need a request, and does not check what `caller` may do. The type of the argument is inferred
/// from the handler. A handler with several attributes takes one such argument for each attribute.
///
/// ```
/// use logto_runtime::{AuthInfo, require_scopes, test_util::{TestTenant, granted}};
///
/// #[require_scopes("read:products")]
/// async fn greet(auth: AuthInfo) -> String {
///     format!("hello {}", auth.subject())
/// }
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let tenant = TestTenant::start();
/// let logto = tenant.logto().resource("https://api.example.com").build()?;
/// let alice = logto.verify(&tenant.token().user("alice").resource("https://api.example.com").mint()).await?;
/// assert_eq!(greet(granted(&alice), alice.clone()).await, "hello alice");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn granted<G: Granted>(caller: &AuthInfo) -> G {
    G::granted(caller)
}

impl<P: AnyPolicy> Granted for Guard<P> {}
impl<P: AnyPolicy> Granted for Passed<P> {}
impl<P: AnyPolicy, K> Granted for TokenOr<P, K> {}
impl<P> Granted for ByHand<P> {}
impl Granted for Public {}

impl<P: AnyPolicy> sealed::Granted for Guard<P> {
    fn granted(caller: &AuthInfo) -> Self {
        Self::for_test(caller)
    }
}

impl<P: AnyPolicy> sealed::Granted for Passed<P> {
    fn granted(_: &AuthInfo) -> Self {
        Self::for_test()
    }
}

impl<P: AnyPolicy, K> sealed::Granted for TokenOr<P, K> {
    fn granted(caller: &AuthInfo) -> Self {
        Self::Token(Guard::for_test(caller))
    }
}

impl<P> sealed::Granted for ByHand<P> {
    fn granted(_: &AuthInfo) -> Self {
        Self::for_test()
    }
}

impl sealed::Granted for Public {
    fn granted(_: &AuthInfo) -> Self {
        Self::for_test()
    }
}

mod sealed {
    use crate::logto::auth_info::AuthInfo;

    pub trait Granted {
        fn granted(caller: &AuthInfo) -> Self;
    }
}
