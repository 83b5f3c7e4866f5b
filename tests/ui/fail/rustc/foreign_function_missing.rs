use framework::AppContext;
use logto_runtime::require_scopes;

#[require_scopes("read:products", state = AppContext, logto = logto_of)]
async fn list() {}

fn main() {}
