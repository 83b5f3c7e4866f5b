//! Makes the responses of the simulated Management API: JSON, pages of a list, and errors.

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, StatusCode, Uri, header::CONTENT_TYPE};
use serde_json::{Value, json};
use url::form_urlencoded;

/// The default size of a page.
const PAGE_SIZE: usize = 20;

/// An error of the Management API.
#[derive(Debug)]
pub(super) struct ApiError {
    status: StatusCode,
    code: &'static str,
    message: String,
    data: Option<Value>,
}

impl ApiError {
    pub(super) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            data: None,
        }
    }

    pub(super) fn with_data(mut self, data: Value) -> Self {
        self.data = Some(data);
        self
    }

    pub(super) fn unprocessable(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, message)
    }

    pub(super) fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "entity.not_found",
            "The resource does not exist.",
        )
    }

    pub(super) fn invalid_input() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "guard.invalid_input",
            "The request body is invalid.",
        )
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut body = json!({ "code": self.code, "message": self.message });
        if let Some(data) = self.data {
            body["data"] = data;
        }
        json_answer(self.status, &body)
    }
}

pub(super) fn json_answer(status: StatusCode, body: &Value) -> Response {
    let head = [(CONTENT_TYPE, "application/json; charset=utf-8")];
    (status, head, body.to_string()).into_response()
}

/// Answers with a page of the list if the request has `page` or `page_size`. Otherwise answers with the whole
/// list.
pub(super) fn whole_list_or_page(uri: &Uri, items: Vec<Value>) -> Response {
    match page_of(uri) {
        (None, None) => json_answer(StatusCode::OK, &items.into()),
        (page, size) => paged(uri, page, size, items),
    }
}

/// Answers with a page of the list. The default is the first page.
pub(super) fn always_a_page(uri: &Uri, items: Vec<Value>) -> Response {
    let (page, size) = page_of(uri);
    paged(uri, page, size, items)
}

fn paged(uri: &Uri, page: Option<usize>, size: Option<usize>, items: Vec<Value>) -> Response {
    let (page, size) = (page.unwrap_or(1), size.unwrap_or(PAGE_SIZE));
    if page == 0 || !(1..=100).contains(&size) {
        return ApiError::new(
            StatusCode::BAD_REQUEST,
            "guard.invalid_pagination",
            "The request pagination value is invalid.",
        )
        .into_response();
    }
    let total = items.len();
    let pages = total.div_ceil(size).max(1);
    let skipped = (page - 1).saturating_mul(size);
    let items: Vec<Value> = items.into_iter().skip(skipped).take(size).collect();
    let mut response = json_answer(StatusCode::OK, &items.into());
    let headers = response.headers_mut();
    headers.insert("total-number", total.into());
    link(headers, uri, page, pages);
    response
}

/// Adds the header `Link`. The path in it lacks `/api`, as in recorded responses of Logto.
fn link(headers: &mut HeaderMap, uri: &Uri, page: usize, pages: usize) {
    let (next, relation) = if page < pages {
        (page + 1, "next")
    } else {
        (pages, "last")
    };
    let path = uri.path().trim_start_matches("/api");
    let value = format!("<{path}?page={next}>; rel=\"{relation}\"");
    if let Ok(value) = HeaderValue::from_str(&value) {
        headers.insert("link", value);
    }
}

/// Returns the parameters `page` and `page_size` of the query. An invalid value becomes 0, which [`paged`]
/// rejects.
fn page_of(uri: &Uri) -> (Option<usize>, Option<usize>) {
    let query = uri.query().unwrap_or_default();
    let number = |name: &str| {
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        let (_, value) = pairs.find(|(known, _)| known == name)?;
        Some(value.parse().unwrap_or(0))
    };
    (number("page"), number("page_size"))
}
