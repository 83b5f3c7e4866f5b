//! Reads the settings of the processes from environment variables.

use std::{env, ffi::OsString};

use logto_runtime::{RedisLog, Revocations, RevocationsBuilder};

/// The resource indicator of the API.
pub(crate) const ORDERS: &str = "https://api.example.com/orders";

/// The settings of the single processes. `LOGTO_M2M_APP_ID`, `LOGTO_M2M_APP_SECRET` and
/// `LOGTO_MANAGEMENT_RESOURCE` are read by `logto-management`.
pub(crate) const VARIABLES: [&str; 13] = [
    "REDIS_URL",
    "LOG_NAME",
    "LOGTO_ENDPOINT",
    "LOGTO_RESOURCE",
    "LISTEN_ADDRESS",
    "PORT",
    "LOGTO_WEBHOOK_KEY",
    "WEBHOOK_RECEIVERS",
    "WEBHOOK_URL",
    "LOGTO_M2M_APP_ID",
    "LOGTO_M2M_APP_SECRET",
    "LOGTO_MANAGEMENT_RESOURCE",
    "RECONCILE_SECONDS",
];

/// Reads a variable. An empty variable counts as unset.
///
/// The error does not show a value that is not UTF-8, because the value can be a secret.
pub(crate) fn optional(name: &str) -> Result<Option<String>, String> {
    let value = env::var_os(name).filter(|value| !value.is_empty());
    let value = value.map(OsString::into_string).transpose();
    value.map_err(|_| format!("the value of {name} is not UTF-8; set it to plain text"))
}

/// Reads a variable, or says what to set it to.
pub(crate) fn required(name: &str, what: &str) -> Result<String, String> {
    optional(name)?.ok_or_else(|| format!("{name} is not set; set it to {what}"))
}

/// Reads a number that is not smaller than `least`.
pub(crate) fn number(name: &str, least: u16, default: u16) -> Result<u16, String> {
    let Some(value) = optional(name)? else {
        return Ok(default);
    };
    let number = value.parse().ok().filter(|number| *number >= least);
    number.ok_or_else(|| format!("{name} is {value:?}; set it to a number from {least} to 65535"))
}

/// Reads a port. Port 0 means any free port.
pub(crate) fn port(name: &str, default: u16) -> Result<u16, String> {
    number(name, 0, default)
}

/// Returns the endpoint of the tenant.
pub(crate) fn endpoint() -> Result<String, String> {
    let what = "the endpoint of your tenant, such as https://your-tenant.logto.app";
    required("LOGTO_ENDPOINT", what)
}

/// Returns the resource indicator of the API. A list is an error, because the API has one resource.
pub(crate) fn resource() -> Result<String, String> {
    let name = "LOGTO_RESOURCE";
    let value = optional(name)?.unwrap_or_else(|| ORDERS.to_owned());
    if value.contains(',') {
        return Err(format!(
            "{name} has a comma; set it to one resource indicator, such as {ORDERS}"
        ));
    }
    Ok(value)
}

/// Returns a builder for this process's list of revocations. The list uses the revocation log that all
/// processes share.
pub(crate) fn revocations() -> Result<RevocationsBuilder, Box<dyn std::error::Error>> {
    let what =
        "the address of the revocation log, such as rediss://user:password@redis.example.com:6380";
    let mut redis = RedisLog::new(required("REDIS_URL", what)?)?;
    if let Some(name) = optional("LOG_NAME")? {
        redis = redis.log_name(name);
    }
    Ok(Revocations::builder(endpoint()?).log(redis))
}
