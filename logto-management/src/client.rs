//! [`Management`]: sends calls with an access token, and reads the pages of lists.

use std::fmt;

use reqwest::{
    Method, RequestBuilder,
    header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue},
};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::Mutex;

use crate::{
    answer::Answer,
    credentials::Credentials,
    error::Error,
    exchange::Exchange,
    token::{self, AccessToken, TokenRequest},
};

/// The only scope of the Management API.
const SCOPE: &str = "all";
/// The maximum number of items that Logto puts on a page.
const PAGE: usize = 100;
/// The maximum number of pages that [`Management::pages`] reads.
const PAGES: usize = 100;

/// A client of a tenant's Management API.
pub struct Management {
    exchange: Exchange,
    endpoint: String,
    resource: String,
    credentials: Credentials,
    token: Mutex<Option<AccessToken>>,
}

/// The result of a creation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Created<T> {
    /// The call created this item.
    New(T),
    /// The tenant has the item already, perhaps because somebody else created it at the same time.
    Existed,
}

impl Management {
    pub(crate) fn new(
        exchange: Exchange,
        endpoint: String,
        resource: String,
        credentials: Credentials,
    ) -> Self {
        Self {
            exchange,
            endpoint,
            resource,
            credentials,
            token: Mutex::new(None),
        }
    }

    /// Limits how long one request waits in total for a busy tenant, and ignores `Retry-After` of 5xx.
    #[cfg(feature = "reconciler")]
    pub(crate) fn with_bounded_waits(mut self, longest: std::time::Duration) -> Self {
        self.exchange.bound_waits(longest);
        self
    }

    /// Returns the tenant's endpoint.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Returns the resource indicator of the Management API.
    #[must_use]
    pub fn resource(&self) -> &str {
        &self.resource
    }

    /// Requests an access token of this application, for any API of the tenant.
    ///
    /// If the application does not have a requested scope, Logto leaves the scope out, and does not report an
    /// error. [`AccessToken::scopes`] returns the scopes that were granted.
    ///
    /// # Errors
    ///
    /// Returns an error if the tenant can't be reached, is busy, refuses the request, or does not answer as
    /// Logto does.
    pub async fn token(&self, request: TokenRequest<'_>) -> Result<AccessToken, Error> {
        token::request(&self.exchange, &self.endpoint, &self.credentials, request).await
    }

    /// Returns a list that Logto sends in one response.
    pub(crate) async fn list<T: DeserializeOwned>(&self, path: &str) -> Result<Vec<T>, Error> {
        let call = format!("GET /api{path}");
        self.call(&Method::GET, path, None).await?.json(&call)
    }

    /// Returns a list that Logto sends in pages.
    pub(crate) async fn pages<T: DeserializeOwned>(&self, path: &str) -> Result<Vec<T>, Error> {
        match self.first_pages(path, PAGES).await? {
            (all, true) => Ok(all),
            (_, false) => Err(Error::Answer {
                call: format!("GET /api{path}"),
                problem: "has more pages than expected",
            }),
        }
    }

    /// Returns the first pages of a list, and whether they are the whole list.
    ///
    /// A page without the header `Total-Number` counts as the last page. The header `Link` is ignored,
    /// because its URLs lack `/api`.
    pub(crate) async fn first_pages<T: DeserializeOwned>(
        &self,
        path: &str,
        pages: usize,
    ) -> Result<(Vec<T>, bool), Error> {
        let call = format!("GET /api{path}");
        let mut all = Vec::new();
        for page in 1..=pages {
            let path = format!("{path}?page={page}&page_size={PAGE}");
            let answer = self.call(&Method::GET, &path, None).await?;
            let items: Vec<T> = answer.json(&call)?;
            if items.len() > PAGE {
                let problem = "answers more than a page";
                return Err(Error::Answer { call, problem });
            }
            let is_last = items.len() < PAGE;
            all.extend(items);
            if is_last || answer.total.is_none_or(|total| all.len() >= total) {
                return Ok((all, true));
            }
        }
        Ok((all, false))
    }

    /// Creates an item. `existed` lists the error codes for an item that the tenant already has.
    pub(crate) async fn create<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &Value,
        existed: &[&str],
    ) -> Result<Created<T>, Error> {
        let answer = self.exchange(&Method::POST, path, Some(body)).await?;
        if answer.status == 422 && answer.code().is_some_and(|it| existed.contains(&&*it)) {
            return Ok(Created::Existed);
        }
        let call = format!("POST /api{path}");
        successful(&call, answer)?.json(&call).map(Created::New)
    }

    pub(crate) async fn call(
        &self,
        method: &Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Answer, Error> {
        let answer = self.exchange(method, path, body).await?;
        successful(&format!("{method} /api{path}"), answer)
    }

    /// Sends a request with a token. If the API refuses a token of an earlier request, sends the request
    /// again with a new token. This helps if the application got a role after the earlier request: only the
    /// new token has the scope of this role.
    pub(crate) async fn exchange(
        &self,
        method: &Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Answer, Error> {
        let mut held = self.token.lock().await;
        let is_new = !held.as_ref().is_some_and(AccessToken::is_fresh);
        let token = match held.take().filter(|_| !is_new) {
            Some(token) => token,
            None => self.management_token().await?,
        };
        let mut answer = self.send(method, path, body, &token).await?;
        *held = Some(token);
        if answer.refuses_token() && !is_new {
            let token = self.management_token().await?;
            answer = self.send(method, path, body, &token).await?;
            *held = Some(token);
        }
        drop(held);
        if answer.refuses_token() {
            return Err(Error::Forbidden {
                endpoint: self.endpoint.clone(),
                status: answer.status,
                code: answer.code(),
            });
        }
        Ok(answer)
    }

    async fn management_token(&self) -> Result<AccessToken, Error> {
        let request = TokenRequest {
            resource: Some(&self.resource),
            scope: SCOPE,
            organization: None,
        };
        let token = self.token(request).await.map_err(|error| match error {
            Error::UnknownResource { resource } => Error::UnknownManagementApi { resource },
            other => other,
        })?;
        if token.scopes().any(|scope| scope == SCOPE) {
            return Ok(token);
        }
        Err(Error::NotGranted {
            resource: self.resource.clone(),
        })
    }

    async fn send(
        &self,
        method: &Method,
        path: &str,
        body: Option<&Value>,
        token: &AccessToken,
    ) -> Result<Answer, Error> {
        let call = format!("{method} /api{path}");
        let unusable = || Error::Answer {
            call: "POST /oidc/token".to_owned(),
            problem: "answers with a token that can't be sent",
        };
        let bearer = HeaderValue::try_from(format!("Bearer {}", token.secret()));
        let mut bearer = bearer.map_err(|_| unusable())?;
        bearer.set_sensitive(true);
        let url = format!("{}/api{path}", self.endpoint);
        let body = body.map(Value::to_string);
        self.exchange
            .send(&self.endpoint, &call, |http| {
                let request: RequestBuilder = http.request(method.clone(), &url);
                let request = request.header(AUTHORIZATION, bearer.clone());
                match &body {
                    Some(body) => request
                        .header(CONTENT_TYPE, "application/json")
                        .body(body.clone()),
                    None => request,
                }
            })
            .await
    }
}

pub(crate) fn successful(call: &str, answer: Answer) -> Result<Answer, Error> {
    match answer.status {
        _ if answer.is_success() => Ok(answer),
        300..400 => Err(Error::Answer {
            call: call.to_owned(),
            problem: "answers with a redirect",
        }),
        status => Err(Error::Api {
            call: call.to_owned(),
            status,
            code: answer.code(),
        }),
    }
}

impl fmt::Debug for Management {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Management")
            .field("endpoint", &self.endpoint)
            .field("resource", &self.resource)
            .field("credentials", &self.credentials)
            .finish_non_exhaustive()
    }
}
