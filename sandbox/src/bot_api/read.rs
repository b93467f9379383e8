//! Reads the parameters of a call out of the query and out of a JSON, form or multipart body.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, Query, RawForm, Request};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value};

use crate::telegram::{ApiError, Params, Upload};
use crate::upload::whole_form;

/// The parameters of a call, wherever they stand.
pub(super) async fn params(request: Request) -> Result<Params, ApiError> {
    let mut params = Params::default();
    let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(request.uri())
        .map_err(|_| ApiError::bad_request("can't parse the query string"))?;
    for (name, value) in pairs {
        params.set(name, Value::String(value));
    }
    let kind = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or_default()
        .to_ascii_lowercase();
    if kind.starts_with("multipart/") {
        multipart(request, &mut params).await?;
    } else if kind.starts_with("application/x-www-form-urlencoded") {
        form(request, &mut params).await?;
    } else if kind.starts_with("application/json") {
        json(request, &mut params).await?;
    }
    Ok(params)
}

async fn json(request: Request, params: &mut Params) -> Result<(), ApiError> {
    let bytes = Bytes::from_request(request, &())
        .await
        .map_err(|rejection| refused(&rejection.into_response(), "can't read the body"))?;
    if bytes.is_empty() {
        return Ok(());
    }
    let Json(values) = Json::<Map<String, Value>>::from_bytes(&bytes)
        .map_err(|_| ApiError::bad_request("can't parse JSON object"))?;
    params.extend(values);
    Ok(())
}

async fn form(request: Request, params: &mut Params) -> Result<(), ApiError> {
    let RawForm(bytes) = RawForm::from_request(request, &())
        .await
        .map_err(|rejection| refused(&rejection.into_response(), "can't read the form"))?;
    let text =
        str::from_utf8(&bytes).map_err(|_| ApiError::bad_request("strings must be encoded in UTF-8"))?;
    let uri = format!("/?{text}").parse().map_err(|_| ApiError::bad_request("can't parse the form"))?;
    let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(&uri)
        .map_err(|_| ApiError::bad_request("can't parse the form"))?;
    for (name, value) in pairs {
        params.set(name, Value::String(value));
    }
    Ok(())
}

async fn multipart(request: Request, params: &mut Params) -> Result<(), ApiError> {
    let mut parts =
        whole_form(request).await.map_err(|rejection| refused(&rejection, "can't read the form"))?;
    loop {
        let part = parts
            .next_field()
            .await
            .map_err(|error| refused(&error.into_response(), "can't read the form"))?;
        let Some(part) = part else { return Ok(()) };
        let Some(name) = part.name().map(str::to_owned) else {
            continue;
        };
        let file_name = part.file_name().map(str::to_owned);
        let mime = part.content_type().map(str::to_owned);
        let bytes =
            part.bytes().await.map_err(|error| refused(&error.into_response(), "can't read the form"))?;
        if let Some(file_name) = file_name {
            let upload = Upload {
                name: file_name,
                mime: mime.unwrap_or_else(|| "application/octet-stream".to_owned()),
                bytes: bytes.into(),
            };
            params.attach(name, upload);
        } else {
            let text = String::from_utf8(bytes.into())
                .map_err(|_| ApiError::bad_request("strings must be encoded in UTF-8"))?;
            params.set(name, Value::String(text));
        }
    }
}

fn refused(rejection: &Response, reason: &str) -> ApiError {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        ApiError::too_large()
    } else {
        ApiError::bad_request(reason)
    }
}
