//! How attributes come into the inventory: each registers itself when the program starts.

use std::{
    any::TypeId,
    mem,
    panic::Location,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{GuardInfo, Types};
use crate::{
    extract::{guard::Guard, public::Public},
    policy::{Policy, requirement::Requirement},
};

/// For generated code: has one of the functions below called before `main`, or when the library that
/// the guard is in is loaded.
///
/// By hand, since for what the crate `inventory` expands to rustc has three times the work, and that
/// was half of what a guard added to `cargo check`.
///
/// What is unsafe about such a section is that whatever its entries point to is called. These are
/// functions of the C ABI without arguments, as those that construct the globals of C++ are. The
/// name is none that a scope's constant could have, which stands in the same block.
#[doc(hidden)]
#[macro_export]
macro_rules! __register {
    ($($call:tt)*) => {
        #[used]
        #[cfg_attr(
            target_vendor = "apple",
            unsafe(link_section = "__DATA,__mod_init_func,mod_init_funcs")
        )]
        #[cfg_attr(windows, unsafe(link_section = ".CRT$XCU"))]
        #[cfg_attr(
            not(any(target_vendor = "apple", windows)),
            unsafe(link_section = ".init_array")
        )]
        static __LOGTO_REGISTER: extern "C" fn() = {
            extern "C" fn register() {
                $($call)*
            }
            register
        };
    };
}

// Before `main` the standard library promises little. A lock and a `Vec` need none of what it sets
// up, if the program's allocator does not.
static REGISTERED: Mutex<Vec<GuardInfo>> = Mutex::new(Vec::new());

/// What has registered itself until now.
pub(super) fn take_registered() -> Vec<GuardInfo> {
    mem::take(&mut *registered())
}

/// For generated code: a function guarded by policy `P`. `Owner` is a type that only the attributes
/// of the same item name.
#[track_caller]
pub fn guard<P: Policy, Owner: 'static>(item: &'static str) {
    let types = Types {
        arguments: [TypeId::of::<Guard<P, ()>>(); 2],
        #[cfg(feature = "utoipa")]
        owner: TypeId::of::<Owner>(),
    };
    register(item, Some(&P::REQUIREMENT), types);
}

/// For generated code: the same for a policy that has a name, so that any handler may take it.
#[track_caller]
pub fn policy<P: Policy, Owner: 'static>(item: &'static str) {
    let types = Types {
        arguments: [TypeId::of::<Guard<P>>(), TypeId::of::<Guard<P, ()>>()],
        #[cfg(feature = "utoipa")]
        owner: TypeId::of::<Owner>(),
    };
    register(item, Some(&P::REQUIREMENT), types);
}

/// For generated code: a handler for everyone.
#[track_caller]
pub fn public(item: &'static str) {
    let types = Types {
        arguments: [TypeId::of::<Public>(); 2],
        #[cfg(feature = "utoipa")]
        owner: TypeId::of::<Public>(),
    };
    register(item, None, types);
}

#[track_caller]
fn register(item: &'static str, requirement: Option<&'static Requirement>, types: Types) {
    let place = Location::caller();
    registered().push(GuardInfo {
        item,
        requirement,
        file: place.file(),
        line: place.line(),
        types,
    });
}

fn registered() -> MutexGuard<'static, Vec<GuardInfo>> {
    REGISTERED.lock().unwrap_or_else(PoisonError::into_inner)
}
