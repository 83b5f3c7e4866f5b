use logto_runtime::require_scopes;
use web_framework::AppContext;

fn logto_of(_: &AppContext) -> String {
    String::new()
}

#[require_scopes("read:products", state = AppContext, logto = logto_of)]
async fn list() {}

fn main() {}
