//! Multipart forms, read to their very end before they are taken apart: a form ends before its chunked body does, and a
//! body that is left unread costs the client its connection.

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Multipart, Request};
use axum::response::{IntoResponse, Response};

/// The form of a request; the refusal is that of axum's extractors.
pub(crate) async fn whole_form(request: Request) -> Result<Multipart, Response> {
    let (head, body) = request.into_parts();
    let whole = Request::from_parts(head.clone(), body);
    let bytes = Bytes::from_request(whole, &()).await.map_err(IntoResponse::into_response)?;
    Multipart::from_request(Request::from_parts(head, Body::from(bytes)), &())
        .await
        .map_err(IntoResponse::into_response)
}
