//! The inventory lists each attribute, with the path of its item as `type_name` returns it.

#![forbid(unsafe_code)]

use logto_runtime::{
    Policy,
    inventory::{GuardInfo, guards},
    policy::Requirement,
    public, require_any, require_auth, require_scopes,
};

mod products {
    #[logto_runtime::require_scopes("read:products")]
    #[logto_runtime::require_auth]
    pub async fn list() {}
}

#[require_scopes("write:orders")]
struct WriteOrders;

#[require_auth]
struct Account;

#[require_any(WriteOrders, Account)]
async fn any() {}

#[public]
async fn health() {}

#[require_auth]
async fn r#type() {}

fn name_of<T>(_: T) -> &'static str {
    std::any::type_name::<T>()
}

fn of(item: &str) -> Vec<&'static GuardInfo> {
    guards().filter(|guard| guard.item == item).collect()
}

fn only(item: &str) -> Option<Requirement> {
    let [guard] = of(item)[..] else {
        panic!("{item} is listed {} times", of(item).len());
    };
    assert_eq!(guard.file, file!());
    assert!((1..line!()).contains(&guard.line), "{}", guard.line);
    guard.requirement.copied()
}

fn main() {
    assert_eq!(of(name_of(products::list)).len(), 2);
    assert_eq!(only(name_of(WriteOrders)), Some(WriteOrders::REQUIREMENT));
    assert_eq!(
        only(name_of(any)).map(|requirement| requirement.alternatives().len()),
        Some(2)
    );
    assert_eq!(only(name_of(health)), None);
    assert_eq!(only(name_of(r#type)), Some(Requirement::authenticated()));
}
