//! Telegram's envelope around every answer.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use serde_json::{Map, Value, json};

use crate::telegram::{Answer, ApiError};

/// An answer that is ready to be sent.
#[derive(Debug)]
pub(super) struct Reply {
    status: u16,
    body: String,
    retry_after: Option<u32>,
    description: Option<String>,
    is_html: bool,
}

impl From<Result<Answer, ApiError>> for Reply {
    fn from(outcome: Result<Answer, ApiError>) -> Self {
        match outcome {
            Ok(answer) => {
                let mut body = Map::new();
                body.insert("ok".to_owned(), json!(true));
                body.insert("result".to_owned(), answer.result);
                if let Some(description) = answer.description {
                    body.insert("description".to_owned(), json!(description));
                }
                Self::good(Value::Object(body).to_string())
            }
            Err(error) => {
                let mut body = Map::new();
                body.insert("ok".to_owned(), json!(false));
                body.insert("error_code".to_owned(), json!(error.status));
                body.insert("description".to_owned(), json!(error.description));
                if let Some(seconds) = error.retry_after {
                    body.insert("parameters".to_owned(), json!({ "retry_after": seconds }));
                }
                Self {
                    status: error.status,
                    body: Value::Object(body).to_string(),
                    retry_after: error.retry_after,
                    description: Some(error.description),
                    is_html: false,
                }
            }
        }
    }
}

impl Reply {
    /// A success whose body is written already.
    pub(super) fn good(body: String) -> Self {
        Self { status: 200, body, retry_after: None, description: None, is_html: false }
    }

    /// What a proxy says when the server behind it is gone.
    pub(super) fn broken(status: u16) -> Self {
        let reason =
            StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or("Error");
        let title = format!("{status} {reason}");
        Self {
            status,
            body: format!(
                "<html>\r\n<head><title>{title}</title></head>\r\n<body><center><h1>{title}</h1></center></body>\r\n</html>\r\n"
            ),
            retry_after: None,
            description: Some("an HTML page instead of an answer".to_owned()),
            is_html: true,
        }
    }

    pub(super) fn status(&self) -> u16 {
        self.status
    }

    pub(super) fn description(&self) -> Option<String> {
        self.description.clone()
    }

    /// The answer in a few words, for the record.
    pub(super) fn outcome(&self) -> String {
        match &self.description {
            Some(description) => format!("{} {description}", self.status),
            None => format!("{}", self.status),
        }
    }

    pub(super) fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let kind = if self.is_html { "text/html" } else { "application/json" };
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
