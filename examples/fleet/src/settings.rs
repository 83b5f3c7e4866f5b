//! Reads the settings of the processes from environment variables.

use std::env;

use logto_runtime::{RedisLog, Revocations, RevocationsBuilder};

/// The resource indicator of the API.
pub(crate) const ORDERS: &str = "https://api.example.com/orders";

/// Reads a variable. An empty variable counts as unset.
pub(crate) fn optional(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// Reads a variable, or says what to set it to.
pub(crate) fn required(name: &str, what: &str) -> Result<String, String> {
    optional(name).ok_or_else(|| format!("{name} is not set; set it to {what}"))
}

/// Reads a number, such as a port.
pub(crate) fn number(name: &str, default: u16) -> Result<u16, String> {
    let Some(value) = optional(name) else {
        return Ok(default);
    };
    let problem = |_| format!("{name} is {value:?}; set it to a number from 0 to 65535");
    value.parse().map_err(problem)
}

/// Returns the endpoint of the tenant.
pub(crate) fn endpoint() -> Result<String, String> {
    let what = "the endpoint of your tenant, such as https://your-tenant.logto.app";
    required("LOGTO_ENDPOINT", what)
}

/// Returns a builder for the list of revocations. All processes share one revocation log.
pub(crate) fn revocations() -> Result<RevocationsBuilder, Box<dyn std::error::Error>> {
    let what =
        "the address of the revocation log, such as rediss://user:password@redis.example.com:6380";
    let mut redis = RedisLog::new(required("REDIS_URL", what)?)?;
    if let Some(name) = optional("LOG_NAME") {
        redis = redis.log_name(name);
    }
    Ok(Revocations::builder(endpoint()?).log(redis))
}
