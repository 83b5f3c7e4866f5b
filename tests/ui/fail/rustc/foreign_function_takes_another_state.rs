use logto_runtime::{Logto, require_scopes};
use web_framework::AppContext;

fn logto_of(_: &str) -> Option<Logto> {
    None
}

#[require_scopes("read:products", state = AppContext, logto = logto_of)]
async fn list() {}

fn main() {}
