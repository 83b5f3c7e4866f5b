//! Reads the settings of a client from environment variables.

use std::env::{self, VarError};

use crate::{
    builder::{ConfigError, ManagementBuilder, safe_endpoint},
    client::Management,
    credentials::Credentials,
};

impl Management {
    /// Returns the endpoint in the environment variable `LOGTO_ENDPOINT`, without a slash at its end.
    ///
    /// # Errors
    ///
    /// Returns an error if the variable is missing, is empty, is not UTF-8, or has a value that
    /// [`ManagementBuilder::build`] rejects.
    pub fn endpoint_from_env() -> Result<String, ConfigError> {
        endpoint_of(&|name| env::var(name))
            .and_then(|it| safe_endpoint(&it))
            .map(|(it, _)| it)
    }

    /// Returns a builder with the settings of the environment: `LOGTO_ENDPOINT`,
    /// `LOGTO_M2M_APP_ID`, `LOGTO_M2M_APP_SECRET` and, optionally, `LOGTO_MANAGEMENT_RESOURCE`.
    ///
    /// # Errors
    ///
    /// Returns an error if a required variable is missing or empty, or if one of the four variables is not
    /// UTF-8. The error names the first such variable, and does not contain its value.
    pub fn from_env() -> Result<ManagementBuilder, ConfigError> {
        Self::from_variables(|name| env::var(name))
    }

    fn from_variables(
        read: impl Fn(&str) -> Result<String, VarError>,
    ) -> Result<ManagementBuilder, ConfigError> {
        let endpoint = endpoint_of(&read)?;
        let required = |variable, advice| required(&read, variable, advice);
        let id = required(
            "LOGTO_M2M_APP_ID",
            "create a machine-to-machine application in Logto's console, assign the role `Logto \
             Management API access` to it, and set the variable to its App ID",
        )?;
        let secret = required(
            "LOGTO_M2M_APP_SECRET",
            "set it to the App secret of the machine-to-machine application",
        )?;
        let builder = Self::builder(endpoint, Credentials::new(id, secret));
        Ok(match optional(&read, "LOGTO_MANAGEMENT_RESOURCE")? {
            Some(resource) => builder.resource(resource),
            None => builder,
        })
    }
}

fn endpoint_of(read: &impl Fn(&str) -> Result<String, VarError>) -> Result<String, ConfigError> {
    let advice = "set it to the tenant's endpoint, such as `https://your-tenant.logto.app`";
    required(read, "LOGTO_ENDPOINT", advice)
}

fn required(
    read: &impl Fn(&str) -> Result<String, VarError>,
    variable: &'static str,
    advice: &'static str,
) -> Result<String, ConfigError> {
    optional(read, variable)?.ok_or(ConfigError::Missing { variable, advice })
}

/// Returns the value of a variable, or `None` if it is missing or empty.
fn optional(
    read: &impl Fn(&str) -> Result<String, VarError>,
    variable: &'static str,
) -> Result<Option<String>, ConfigError> {
    match read(variable) {
        Ok(value) => Ok(Some(value).filter(|value| !value.is_empty())),
        Err(VarError::NotPresent) => Ok(None),
        // The default in place of this value could be a setting for another tenant.
        Err(VarError::NotUnicode(_)) => Err(ConfigError::NotUtf8 { variable }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VARIABLES: [(&str, &str); 3] = [
        ("LOGTO_ENDPOINT", "https://t.logto.app"),
        ("LOGTO_M2M_APP_ID", "app"),
        ("LOGTO_M2M_APP_SECRET", "s3cret"),
    ];

    fn read(without: &str, name: &str) -> Result<String, VarError> {
        let found = VARIABLES.iter().find(|(known, _)| *known == name);
        let (_, value) = found.ok_or(VarError::NotPresent)?;
        Ok(if name == without { "" } else { value }.to_owned())
    }

    #[test]
    fn the_error_for_a_missing_variable_says_what_to_set() {
        for (variable, _) in VARIABLES {
            let error = Management::from_variables(|name| read(variable, name)).unwrap_err();
            let shown = error.to_string();
            assert!(
                shown.starts_with(&format!("{variable} is not set; ")),
                "{shown}"
            );
            assert!(!shown.contains("s3cret"), "{shown}");
        }
        assert!(Management::from_variables(|name| read("", name)).is_ok());
    }
}
