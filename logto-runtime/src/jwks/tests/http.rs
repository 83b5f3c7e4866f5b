//! How a fetch reads the answers of a server.

use std::time::Duration;

use http::HeaderValue;
use reqwest::Client;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    sync::oneshot,
};
use url::Url;

use crate::jwks::{error::FetchError, fetcher::Fetcher, source::Fetched};

/// Serves one connection. Answers with `answer`, or not at all if `answer` is `None`. Returns the URL, and a
/// receiver of the request's text.
async fn serving(answer: Option<Vec<u8>>) -> (Url, oneshot::Receiver<String>) {
    let (sender, receiver) = oneshot::channel();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/oidc/jwks", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = [0; 4_096];
        let read = stream.read(&mut request).await.unwrap_or_default();
        let _ = sender.send(String::from_utf8_lossy(&request[..read]).into_owned());
        if let Some(answer) = answer {
            let _ = stream.write_all(&answer).await;
            let _ = stream.shutdown().await;
        }
        // Keeps the connection open until the client closes it.
        while stream.read(&mut request).await.is_ok_and(|read| read > 0) {}
    });
    (Url::parse(&url).unwrap(), receiver)
}

async fn get(head: &str, body: &[u8], etag: Option<&HeaderValue>) -> Result<Fetched, FetchError> {
    let length = body.len();
    let head = format!("HTTP/1.1 {head}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
    let (url, _) = serving(Some([head.as_bytes(), body].concat())).await;
    Fetcher::new(false).get(&url, etag).await
}

#[tokio::test]
async fn a_document_of_64_kib_is_read_and_a_longer_one_is_refused() {
    for (length, accepted) in [
        (0, true),
        (1, true),
        (60_000, true),
        (65_536, true),
        (65_537, false),
        (65_538, false),
        (200_000, false),
    ] {
        match get("200 OK", &vec![b'7'; length], None).await {
            Ok(Fetched::Document { bytes, .. }) if accepted => assert_eq!(bytes.len(), length),
            Err(FetchError::TooLong) if !accepted => {}
            other => panic!("{length} bytes: {:?}", other.map(|_| ())),
        }
    }
}

#[tokio::test]
async fn an_answer_other_than_200_gives_not_modified_or_an_error() {
    let etag = HeaderValue::from_static("\"1\"");
    for (head, etag, expected) in [
        ("304 Not Modified", Some(&etag), "NotModified"),
        ("304 Not Modified", None, "NothingToRevalidate"),
        ("302 Found\r\nlocation: /other", None, "Redirected"),
        (
            "308 Permanent Redirect\r\nlocation: /other",
            None,
            "Redirected",
        ),
        ("300 Multiple Choices", None, "Redirected"),
        ("201 Created", None, "Status(201)"),
        ("204 No Content", None, "Status(204)"),
        ("404 Not Found", None, "Status(404)"),
        ("500 Internal Server Error", Some(&etag), "Status(500)"),
    ] {
        let said = match get(head, b"", etag).await {
            Ok(Fetched::NotModified) => "NotModified".to_owned(),
            Ok(Fetched::Document { .. }) => "a document".to_owned(),
            Err(error) => format!("{error:?}"),
        };
        assert_eq!(said, expected, "{head}");
    }
}

/// A client that was given to the builder can have shorter timeouts than a fetch.
#[tokio::test]
async fn a_missing_answer_is_reported_as_a_timeout_and_a_missing_connection_as_unreachable() {
    let (url, _asked) = serving(None).await;
    let client = Client::builder()
        .no_proxy()
        .read_timeout(Duration::from_millis(20));
    let error = Fetcher::with_client(client.build().unwrap())
        .get(&url, None)
        .await;
    assert!(
        matches!(error, Err(FetchError::TimedOut)),
        "{:?}",
        error.map(|_| ())
    );

    let client = Client::builder()
        .no_proxy()
        .connect_timeout(Duration::from_nanos(1));
    let error = Fetcher::with_client(client.build().unwrap())
        .get(&url, None)
        .await;
    assert!(
        matches!(error, Err(FetchError::Unreachable(_))),
        "{:?}",
        error.map(|_| ())
    );
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_a_request_names_this_crate() {
    let (other, mut followed) = serving(None).await;
    let head = format!("HTTP/1.1 302 Found\r\nlocation: {other}\r\ncontent-length: 0\r\n\r\n");
    let (url, asked) = serving(Some(head.into_bytes())).await;
    let error = Fetcher::new(false).get(&url, None).await;
    assert!(
        matches!(error, Err(FetchError::Redirected)),
        "{:?}",
        error.map(|_| ())
    );
    let asked = asked.await.unwrap();
    assert!(asked.contains("user-agent: logto-runtime/"), "{asked}");
    assert!(followed.try_recv().is_err(), "the redirect was followed");
}
