struct App;

#[logto_runtime::require_auth(state = App, logto = |app| app.logto)]
async fn list() {}

fn main() {}
