logto_runtime::scopes!(name = permissions);

fn main() {}
