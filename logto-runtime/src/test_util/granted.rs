//! Guards for tests that call a guarded function themselves.

use crate::{
    extract::{guard::Guard, passed::Passed, public::Public},
    logto::auth_info::AuthInfo,
    policy::Policy,
};

/// What stands in front of a guarded function: a [`Guard`], or what an attribute or `#[public]` puts
/// there. Sealed: nothing else implements it.
pub trait Granted: sealed::Granted {}

/// The argument that a guarded function begins with, without a request: nothing is decided.
///
/// Its type follows from the function. With several attributes on the function there are as many such
/// arguments.
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

impl<P: Policy> Granted for Guard<P> {}
impl<P: Policy> Granted for Passed<P> {}
impl Granted for Public {}

impl<P: Policy> sealed::Granted for Guard<P> {
    fn granted(caller: &AuthInfo) -> Self {
        Self::for_test(caller)
    }
}

impl<P: Policy> sealed::Granted for Passed<P> {
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
