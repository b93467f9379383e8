//! Files that a person sends from their device.

use axum::Json;
use axum::body::Bytes;
use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use serde_json::Value;

use super::chats::{known, sent};
use super::{Answer, Context, Refusal};
use crate::telegram::picture_size;
use crate::upload::whole_form;

/// What the form of a file brings.
#[derive(Default)]
struct Form {
    file: Option<File>,
    caption: Option<String>,
}

struct File {
    name: String,
    mime: String,
    bytes: Bytes,
}

impl Form {
    async fn read(request: Request) -> Answer<Self> {
        let mut parts = whole_form(request).await.map_err(|refused| unreadable(refused.status()))?;
        let mut form = Self::default();
        while let Some(part) = parts.next_field().await? {
            match part.name() {
                Some("file") => form.file = Some(File::read(part).await?),
                Some("caption") => form.caption = Some(part.text().await?),
                _ => {}
            }
        }
        Ok(form)
    }

    fn file(&mut self) -> Answer<File> {
        self.file.take().ok_or_else(|| Refusal::bad("The upload has no field \"file\"."))
    }
}

impl File {
    async fn read(part: Field<'_>) -> Answer<Self> {
        let name = part.file_name().unwrap_or("file").to_owned();
        let mime = part.content_type().unwrap_or("application/octet-stream").to_owned();
        Ok(Self { name, mime, bytes: part.bytes().await? })
    }
}

impl From<MultipartError> for Refusal {
    fn from(error: MultipartError) -> Self {
        unreadable(error.status())
    }
}

fn unreadable(status: StatusCode) -> Refusal {
    Refusal(status, "The upload could not be read.".to_owned())
}

/// `POST /control/chats/{person}/document`.
pub(super) async fn document(
    State(context): State<Context>,
    Path(person): Path<i64>,
    request: Request,
) -> Answer<Json<Value>> {
    known(&context, person)?;
    let File { name, mime, bytes } = Form::read(request).await?.file()?;
    Ok(sent(context.telegram.send_document(person, &name, &mime, bytes.into())))
}

/// `POST /control/chats/{person}/photo`.
pub(super) async fn photo(
    State(context): State<Context>,
    Path(person): Path<i64>,
    request: Request,
) -> Answer<Json<Value>> {
    known(&context, person)?;
    let mut form = Form::read(request).await?;
    let File { bytes, .. } = form.file()?;
    if picture_size(&bytes).is_none() {
        return Err(Refusal::bad("A photo is a JPEG, a PNG or a GIF."));
    }
    Ok(sent(context.telegram.send_photo(person, bytes.into(), form.caption.as_deref())))
}
