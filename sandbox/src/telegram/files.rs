//! Files up and down.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::error::ApiError;
use super::params::{Params, Upload};
use super::state::FileRef;
use super::view::StoredFile;

/// The largest file that a bot may download.
const MAX_DOWNLOAD: usize = 20 * 1024 * 1024;
/// The largest photo that a bot may send.
const MAX_PHOTO: usize = 10 * 1024 * 1024;
/// The largest file that a bot may send.
pub(crate) const MAX_UPLOAD: usize = 50 * 1024 * 1024;

/// Every file that passed through.
#[derive(Debug, Default)]
pub(crate) struct Files {
    by_id: HashMap<String, Kept>,
    by_path: HashMap<String, String>,
    count: u64,
}

#[derive(Debug, Clone)]
struct Kept {
    shown: FileRef,
    path: String,
    bytes: Arc<Vec<u8>>,
}

/// What a file is sent as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Photo,
    Document,
    Sticker,
}

impl Files {
    /// Keeps a file; `size` is its width and height where it has some.
    pub(crate) fn keep(&mut self, role: Role, upload: Upload, size: (u32, u32)) -> FileRef {
        self.count += 1;
        let number = self.count;
        let (prefix, folder) = match role {
            Role::Photo => ("AgACAgI", "photos"),
            Role::Document => ("BQACAgI", "documents"),
            Role::Sticker => ("CAACAgI", "stickers"),
        };
        let extension = upload
            .name
            .rsplit_once('.')
            .map(|(_, extension)| extension)
            .filter(|text| text.len() <= 10 && text.chars().all(|c| c.is_ascii_alphanumeric()))
            .map_or_else(String::new, |text| format!(".{text}"));
        let shown = FileRef {
            id: format!("{prefix}AAxkBAAI{number:012}"),
            unique_id: format!("AgAD{number:012}"),
            name: upload.name.into(),
            mime: upload.mime.into(),
            size: upload.bytes.len(),
            width: size.0,
            height: size.1,
        };
        let path = format!("{folder}/file_{number}{extension}");
        self.by_path.insert(path.clone(), shown.id.clone());
        self.by_id
            .insert(shown.id.clone(), Kept { shown: shown.clone(), path, bytes: Arc::new(upload.bytes) });
        shown
    }

    pub(crate) fn get(&self, id: &str) -> Option<StoredFile> {
        let kept = self.by_id.get(id)?;
        Some(StoredFile {
            name: (*kept.shown.name).to_owned(),
            mime: (*kept.shown.mime).to_owned(),
            bytes: kept.bytes.as_ref().clone(),
        })
    }

    /// The bytes behind the path of a `getFile` answer.
    pub(crate) fn download(&self, path: &str) -> Option<(Arc<str>, Arc<Vec<u8>>)> {
        let kept = self.by_id.get(self.by_path.get(path)?)?;
        (kept.bytes.len() <= MAX_DOWNLOAD).then(|| (Arc::clone(&kept.shown.mime), Arc::clone(&kept.bytes)))
    }

    /// `getFile`.
    pub(crate) fn describe(&self, params: &Params) -> Result<Value, ApiError> {
        let id = params.text("file_id").ok_or_else(|| ApiError::bad_request("file_id not specified"))?;
        let kept = self
            .by_id
            .get(&id)
            .ok_or_else(|| ApiError::bad_request("wrong file_id or the file is temporarily unavailable"))?;
        if kept.bytes.len() > MAX_DOWNLOAD {
            return Err(ApiError::bad_request("file is too big"));
        }
        Ok(json!({
            "file_id": kept.shown.id,
            "file_unique_id": kept.shown.unique_id,
            "file_size": kept.bytes.len(),
            "file_path": kept.path,
        }))
    }

    /// The file that `source` of a call names: an upload, `attach://`, or the id of a file that is known.
    pub(crate) fn resolve(
        &mut self,
        role: Role,
        params: &Params,
        field: &str,
        source: Option<&str>,
    ) -> Result<FileRef, ApiError> {
        let upload = match source {
            Some(text) => text.strip_prefix("attach://").and_then(|name| params.file(name)),
            None => params.file(field),
        };
        if let Some(upload) = upload {
            return self.accept(role, upload.clone());
        }
        let Some(text) = source else {
            return Err(ApiError::bad_request(format!("there is no {field} in the request")));
        };
        if text.starts_with("http://") || text.starts_with("https://") {
            return Err(ApiError::bad_request("failed to get HTTP URL content"));
        }
        let kept = self
            .by_id
            .get(text)
            .ok_or_else(|| ApiError::bad_request("wrong file identifier/HTTP URL specified"))?;
        let is_photo = kept.path.starts_with("photos/");
        match role {
            Role::Photo if !is_photo => {
                Err(ApiError::bad_request("can't use file of type Document as Photo"))
            }
            Role::Document if is_photo => {
                Err(ApiError::bad_request("can't use file of type Photo as Document"))
            }
            Role::Photo | Role::Document | Role::Sticker => Ok(kept.shown.clone()),
        }
    }

    fn accept(&mut self, role: Role, upload: Upload) -> Result<FileRef, ApiError> {
        if upload.bytes.is_empty() {
            return Err(ApiError::bad_request("file must be non-empty"));
        }
        if upload.bytes.len() > MAX_UPLOAD {
            return Err(ApiError::too_large());
        }
        if role != Role::Photo {
            return Ok(self.keep(role, upload, (0, 0)));
        }
        if upload.bytes.len() > MAX_PHOTO {
            return Err(ApiError::bad_request(format!(
                "file of size {} bytes is too big for a photo; the maximum size is {MAX_PHOTO} bytes",
                upload.bytes.len()
            )));
        }
        let size =
            picture_size(&upload.bytes).ok_or_else(|| ApiError::bad_request("IMAGE_PROCESS_FAILED"))?;
        if size.0 + size.1 > 10_000 {
            return Err(ApiError::bad_request("PHOTO_INVALID_DIMENSIONS"));
        }
        Ok(self.keep(role, upload, size))
    }
}

/// Width and height of a PNG, GIF or JPEG.
pub(crate) fn picture_size(bytes: &[u8]) -> Option<(u32, u32)> {
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        let number = |from: usize| {
            let four = bytes.get(from..from + 4)?;
            Some(u32::from_be_bytes(four.try_into().ok()?))
        };
        return Some((number(16)?, number(20)?));
    }
    if bytes.starts_with(b"GIF8") {
        let number = |from: usize| {
            let two = bytes.get(from..from + 2)?;
            Some(u32::from(u16::from_le_bytes(two.try_into().ok()?)))
        };
        return Some((number(6)?, number(8)?));
    }
    if !bytes.starts_with(b"\xff\xd8") {
        return None;
    }
    let number = |from: usize| {
        let two = bytes.get(from..from + 2)?;
        Some(u16::from_be_bytes(two.try_into().ok()?))
    };
    let mut at = 2;
    loop {
        if bytes.get(at) != Some(&0xff) {
            return None;
        }
        let marker = *bytes.get(at + 1)?;
        let is_frame = (0xc0..=0xcf).contains(&marker) && ![0xc4, 0xc8, 0xcc].contains(&marker);
        if is_frame {
            return Some((u32::from(number(at + 7)?), u32::from(number(at + 5)?)));
        }
        at += 2 + usize::from(number(at + 2)?);
    }
}
