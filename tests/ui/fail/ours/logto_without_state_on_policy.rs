#[logto_runtime::require_auth(logto = logto_of)]
struct Any;

fn logto_of() {}

fn main() {}
