use logto_runtime::{AuthInfo, Logto};

fn main() {
    let _ = Logto::builder("https://your-tenant.logto.app")
        .deny_if(|auth: &AuthInfo| auth.subject().to_owned());
}
