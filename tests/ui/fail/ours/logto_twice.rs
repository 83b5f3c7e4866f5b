struct App;

#[logto_runtime::require_auth(state = App, logto = a, logto = b)]
async fn list() {}

fn main() {}
