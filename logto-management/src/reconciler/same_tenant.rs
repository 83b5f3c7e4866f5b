//! Compares the tenant of the Management API with the tenant of the list of revocations.
//!
//! With two tenants, the deliveries of one tenant would enter the list of the other. A new log of the other
//! tenant could then be accepted, although the deliveries of that tenant were not read.

use logto_runtime::{__private::endpoint_of, Revocations, telemetry::TARGET};
use url::Url;

use super::error::SettingError;
use crate::{
    client::Management,
    endpoint::{CLOUD, shown},
};

/// Returns an error if the client and the list are certainly those of two tenants. Logs a warning if they may
/// be those of two tenants.
///
/// A tenant has only one address of Logto Cloud, but can also have a custom domain. A server of Logto can
/// also have an internal address. These addresses do not show the tenant.
pub(super) fn check(
    management: &Management,
    revocations: &Revocations,
) -> Result<(), SettingError> {
    let (of_management, of_list) = (management.endpoint(), endpoint_of(revocations));
    if of_management == of_list {
        return Ok(());
    }
    match (cloud_host(of_management), cloud_host(of_list)) {
        (Some(management), Some(list)) if management != list => Err(SettingError::OtherTenant {
            management: shown(of_management),
            revocations: shown(of_list),
        }),
        _ => {
            tracing::warn!(
                target: TARGET,
                management = shown(of_management),
                revocations = shown(of_list),
                "the Management API and the list of revocations have different endpoints: if these are two \
                 tenants, revocations are missed; give both the same endpoint, unless both are addresses of \
                 one tenant, such as its custom domain"
            );
            Ok(())
        }
    }
}

/// Returns the host of an endpoint on Logto Cloud. Returns `None` for a custom domain and other endpoints.
fn cloud_host(endpoint: &str) -> Option<String> {
    let url = Url::parse(endpoint).ok()?;
    let host = url.host_str().filter(|host| host.ends_with(CLOUD));
    host.map(str::to_owned)
}
