logto_runtime::scopes!("read:products");

fn main() {}
