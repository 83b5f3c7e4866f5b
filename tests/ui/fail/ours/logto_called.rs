struct App;

#[logto_runtime::require_auth(state = App, logto = logto_of())]
async fn list() {}

fn main() {}
