logto_runtime::scopes!();

fn main() {}
