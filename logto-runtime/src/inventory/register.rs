//! How attributes come into the inventory: each registers itself when the program starts.

use std::{
    any::TypeId,
    mem,
    panic::Location,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{GuardInfo, Types};
use crate::{
    Policy, Requirement,
    extract::{Guard, Public},
};

/// For generated code: has one of the functions below called before `main`.
///
/// By hand, since rustc takes a third of the work for it that it takes for what the libraries for
/// this expand to, which was half of what a guard added to `cargo check`.
///
/// What is unsafe about such a section is that the loader calls whatever its entries point to. These
/// are functions of the C ABI without arguments, as those that construct the globals of C++ are.
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
        static REGISTER: extern "C" fn() = {
            extern "C" fn register() {
                $($call)*
            }
            register
        };
    };
}

// Before `main` and between threads that load libraries: it must neither panic nor need anything
// that the standard library sets up.
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

/// For generated code: a named policy.
#[track_caller]
pub fn policy<P: Policy>(item: &'static str) {
    let types = Types {
        arguments: [TypeId::of::<Guard<P>>(), TypeId::of::<Guard<P, ()>>()],
        #[cfg(feature = "utoipa")]
        owner: TypeId::of::<P>(),
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
