//! The parameters of one Bot API call, however they travelled: Telegram reads numbers, flags and objects out of plain
//! strings too, so every reader here takes both forms.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::error::ApiError;

/// A file that came with a call.
#[derive(Debug, Clone)]
pub(crate) struct Upload {
    pub(crate) name: String,
    pub(crate) mime: String,
    pub(crate) bytes: Vec<u8>,
}

/// The named values and files of a call.
#[derive(Debug, Default)]
pub(crate) struct Params {
    values: Map<String, Value>,
    files: HashMap<String, Upload>,
}

impl Params {
    /// Parameters without files.
    #[cfg(test)]
    pub(crate) fn from_json(value: Value) -> Self {
        let mut params = Self::default();
        if let Value::Object(values) = value {
            params.extend(values);
        }
        params
    }

    pub(crate) fn set(&mut self, name: String, value: Value) {
        if !value.is_null() {
            self.values.insert(name, value);
        }
    }

    pub(crate) fn extend(&mut self, values: Map<String, Value>) {
        for (name, value) in values {
            self.set(name, value);
        }
    }

    pub(crate) fn attach(&mut self, name: String, upload: Upload) {
        self.files.insert(name, upload);
    }

    pub(crate) fn file(&self, name: &str) -> Option<&Upload> {
        self.files.get(name)
    }

    /// The value as text; absent and empty are the same to Telegram.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        let text = match self.values.get(name)? {
            Value::String(text) => text.clone(),
            other
            @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
                other.to_string()
            }
        };
        (!text.is_empty()).then_some(text)
    }

    /// The value as a whole number.
    pub(crate) fn integer(&self, name: &str) -> Result<Option<i64>, ApiError> {
        let Some(text) = self.text(name) else {
            return Ok(None);
        };
        text.trim()
            .parse()
            .map(Some)
            .map_err(|_| ApiError::bad_request(format!("parameter {name} must be a valid Integer")))
    }

    /// The value as a flag, with Telegram's idea of yes.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.text(name).is_some_and(|text| is_yes(text.trim()))
    }

    /// The value as JSON, also where it travelled as an encoded string.
    pub(crate) fn json(&self, name: &str) -> Result<Option<Value>, ApiError> {
        match self.values.get(name) {
            None => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) => serde_json::from_str(text).map(Some).map_err(|_| {
                let what = if name == "reply_markup" { "reply keyboard markup" } else { name };
                ApiError::bad_request(format!("can't parse {what} JSON object"))
            }),
            Some(value) => Ok(Some(value.clone())),
        }
    }

    /// The chat that the call speaks to, where it names one by number.
    pub(crate) fn chat_id(&self) -> Option<i64> {
        self.text("chat_id")?.trim().parse().ok()
    }

    /// Refuses what the method does not know: the real server ignores it, a sandbox should show the slip.
    pub(crate) fn check_known(&self, known: &[&str]) -> Result<(), ApiError> {
        let refuse = |name: &str| Err(ApiError::bad_request(format!("unknown parameter {name}")));
        for name in self.values.keys() {
            if !known.contains(&name.as_str()) {
                return refuse(name);
            }
        }
        for name in self.files.keys() {
            if !known.contains(&name.as_str()) && !self.refers_to(name) {
                return refuse(name);
            }
        }
        Ok(())
    }

    fn refers_to(&self, file: &str) -> bool {
        let reference = format!("attach://{file}");
        self.values.values().any(|value| match value {
            Value::String(text) => text.contains(&reference),
            other
            @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
                other.to_string().contains(&reference)
            }
        })
    }

    /// The call's parameters for the record, without the bytes of its files.
    pub(crate) fn into_record(self) -> Value {
        let mut record = self.values;
        for (name, upload) in self.files {
            record.insert(
                name,
                json!({
                    "file_name": upload.name,
                    "mime_type": upload.mime,
                    "file_size": upload.bytes.len(),
                }),
            );
        }
        Value::Object(record)
    }
}

fn is_yes(text: &str) -> bool {
    ["true", "yes", "1"].iter().any(|yes| yes.eq_ignore_ascii_case(text))
}
