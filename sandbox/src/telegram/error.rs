//! What a refused Bot API call answers.

/// A refusal: the HTTP status, Telegram's own sentence, and how long to wait where that applies.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{status} {description}")]
pub(crate) struct ApiError {
    pub(crate) status: u16,
    pub(crate) description: String,
    pub(crate) retry_after: Option<u32>,
}

impl ApiError {
    fn new(status: u16, description: String) -> Self {
        Self { status, description, retry_after: None }
    }

    pub(crate) fn bad_request(reason: impl AsRef<str>) -> Self {
        Self::new(400, format!("Bad Request: {}", reason.as_ref()))
    }

    pub(crate) fn unauthorized() -> Self {
        Self::new(401, "Unauthorized".to_owned())
    }

    pub(crate) fn forbidden(description: String) -> Self {
        Self::new(403, description)
    }

    pub(crate) fn not_found() -> Self {
        Self::new(404, "Not Found".to_owned())
    }

    pub(crate) fn conflict(reason: &str) -> Self {
        Self::new(409, format!("Conflict: {reason}"))
    }

    pub(crate) fn too_large() -> Self {
        Self::new(413, "Request Entity Too Large".to_owned())
    }

    pub(crate) fn too_many_requests(retry_after: u32) -> Self {
        Self {
            status: 429,
            description: format!("Too Many Requests: retry after {retry_after}"),
            retry_after: Some(retry_after),
        }
    }
}
