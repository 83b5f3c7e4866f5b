use logto_runtime::require_scopes;

logto_runtime::scopes!();

#[derive(Clone)]
struct App;

#[require_scopes("read:products", scopes::INVITE_MEMBER, state = App)]
async fn list() {}

fn main() {
    let _ = App.clone();
}
