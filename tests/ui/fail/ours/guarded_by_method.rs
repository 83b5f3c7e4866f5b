struct Api;

impl Api {
    #[logto_runtime::guarded_by("API key")]
    async fn list(&self) {}
}

fn main() {}
