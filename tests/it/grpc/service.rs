//! A gRPC service and its client. Both are written by hand, but look like the code that tonic generates.
//! Messages are plain text.

use std::{
    convert::Infallible,
    future::{Ready, ready},
    pin::Pin,
    task::{Context, Poll},
};

use bytes::{Buf, BufMut};
use http::uri::PathAndQuery;
use logto_runtime::AuthInfo;
use tonic::{
    Request, Response, Status,
    body::Body,
    client,
    codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder},
    metadata::MetadataMap,
    server::{self, NamedService},
    transport::Channel,
};
use tower::Service;

pub(super) const METHOD: &str = "/test.Greeter/Greet";

/// Greets the caller that the guard accepted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Greeter;

impl NamedService for Greeter {
    const NAME: &'static str = "test.Greeter";
}

impl Service<Request<String>> for Greeter {
    type Response = Response<String>;
    type Error = Status;
    type Future = Ready<Result<Response<String>, Status>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Status>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<String>) -> Self::Future {
        let caller = request.extensions().get::<AuthInfo>();
        let subject = caller.map_or("nobody", AuthInfo::subject);
        ready(Ok(Response::new(format!(
            "{} {subject}",
            request.get_ref()
        ))))
    }
}

impl Service<http::Request<Body>> for Greeter {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<http::Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let greeter = *self;
        Box::pin(async move { Ok(server::Grpc::new(Text).unary(greeter, request).await) })
    }
}

pub(super) async fn greet(
    channel: &Channel,
    metadata: MetadataMap,
    greeting: &str,
) -> Result<String, Status> {
    let mut client = client::Grpc::new(channel.clone());
    client
        .ready()
        .await
        .map_err(|error| Status::from_error(error.into()))?;
    let mut request = Request::new(greeting.to_owned());
    *request.metadata_mut() = metadata;
    let method = PathAndQuery::from_static(METHOD);
    let response = client.unary(request, method, Text).await?;
    Ok(response.into_inner())
}

/// A codec for messages of plain text, in place of Protocol Buffers.
#[derive(Clone, Copy, Debug)]
struct Text;

impl Codec for Text {
    type Encode = String;
    type Decode = String;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        *self
    }

    fn decoder(&mut self) -> Self {
        *self
    }
}

impl Encoder for Text {
    type Item = String;
    type Error = Status;

    fn encode(&mut self, text: String, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put_slice(text.as_bytes());
        Ok(())
    }
}

impl Decoder for Text {
    type Item = String;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<String>, Status> {
        let bytes = buffer.copy_to_bytes(buffer.remaining());
        String::from_utf8(bytes.into())
            .map(Some)
            .map_err(|error| Status::internal(error.to_string()))
    }
}
