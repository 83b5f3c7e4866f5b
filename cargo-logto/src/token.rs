//! `cargo logto token`: prints an access token of the machine-to-machine application to stdout. Prints
//! nothing else there.

use logto_management::TokenRequest;

use crate::{
    cli::TokenOptions,
    failure::{Exit, Failure},
    progress::during,
    tenant::connect,
    text::plain,
};

pub(crate) async fn run(options: &TokenOptions) -> Result<Exit, Failure> {
    let management = connect()?;
    let request = TokenRequest {
        resource: options.resource.as_deref(),
        scope: &options.scope,
        organization: options.organization.as_deref(),
    };
    let what = format!("asking {} for a token", management.endpoint());
    let token = during(&what, management.token(request)).await?;
    let granted: Vec<&str> = token.scopes().collect();
    let asked = options.scope.split_whitespace();
    let lacking: Vec<&str> = asked.filter(|it| !granted.contains(it)).collect();
    if !lacking.is_empty() {
        note!(
            "not granted: {}; assign a role with these scopes to the application in the console \
             (Applications > the application > Roles{})",
            plain(&lacking.join(" ")),
            match options.organization {
                Some(_) => ", or its role in the organization",
                None => "",
            }
        );
    }
    out!("{}", token.secret());
    Ok(Exit::InSync)
}
