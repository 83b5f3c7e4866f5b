::core::compile_error! {
    "unknown argument `resuorce`; did you mean `resource`?"
}
::core::compile_error! {
    "the scope is empty; write a permission such as `read:products`"
}
::core::compile_error! {
    "`#[require_scopes]` goes on an `async fn`; add `async`"
}
async fn list(State(app): State<App>) -> Json<Products> {
    app.products()
}
