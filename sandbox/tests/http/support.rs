//! A client for the tests, and a sandbox with one person in it.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, header};
use chrono::{DateTime, Utc};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;
use vizit_sandbox::{Clock, NewPerson, Options, Person, Sandbox};

pub(crate) const TOKEN: &str = "4242:test-token";
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) struct Fixture {
    pub(crate) sandbox: Sandbox,
    pub(crate) ann: Person,
    client: Client<HttpConnector, Body>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Got {
    pub(crate) status: u16,
    pub(crate) retry_after: Option<String>,
    pub(crate) json: Value,
    pub(crate) text: String,
}

impl Got {
    pub(crate) fn description(&self) -> &str {
        self.json.get("description").and_then(Value::as_str).unwrap_or_default()
    }

    pub(crate) fn result(&self) -> &Value {
        self.json.get("result").unwrap_or(&Value::Null)
    }
}

impl Fixture {
    pub(crate) async fn start() -> anyhow::Result<Self> {
        let now: DateTime<Utc> = "2026-11-21T09:15:00Z".parse()?;
        Self::with_clock(Clock::frozen(now)).await
    }

    /// A sandbox that goes by a real clock, and whose person has written.
    pub(crate) async fn running() -> anyhow::Result<Self> {
        let fixture = Self::with_clock(Clock::running()).await?;
        fixture.sandbox.telegram().has_written(fixture.ann.id);
        Ok(fixture)
    }

    async fn with_clock(clock: Clock) -> anyhow::Result<Self> {
        let sandbox = Sandbox::start(Options {
            token: TOKEN.to_owned(),
            port: 0,
            clock,
            zone: chrono_tz::Europe::Berlin,
        })
        .await?;
        let ann = sandbox.telegram().add_person(NewPerson {
            first_name: "Ann".to_owned(),
            username: Some("ann".to_owned()),
            language: Some("de".to_owned()),
            phone: Some("+49301234567".to_owned()),
            label: "Patient".to_owned(),
            ..NewPerson::default()
        });
        Ok(Self { sandbox, ann, client: Client::builder(TokioExecutor::new()).build_http() })
    }

    /// A sandbox whose person has written, and whose update was confirmed.
    pub(crate) async fn with_open_chat() -> anyhow::Result<Self> {
        let fixture = Self::start().await?;
        fixture.sandbox.telegram().send_text(fixture.ann.id, "/start");
        let last = fixture.call("getUpdates", serde_json::json!({ "offset": -1 })).await?;
        let next = last.result().pointer("/0/update_id").and_then(Value::as_i64).unwrap_or_default() + 1;
        fixture.call("getUpdates", serde_json::json!({ "offset": next })).await?;
        Ok(fixture)
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> anyhow::Result<Got> {
        let answer = tokio::time::timeout(PATIENCE, self.client.request(request)).await??;
        read(answer.map(Body::new)).await
    }

    /// A Bot API call with a JSON body.
    pub(crate) async fn call(&self, method: &str, params: Value) -> anyhow::Result<Got> {
        let url = format!("{}/bot{TOKEN}/{method}", self.sandbox.url());
        let request = Request::post(url)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(params.to_string()))?;
        self.send(request).await
    }

    /// A control call.
    pub(crate) async fn control(&self, method: &str, path: &str, body: Value) -> anyhow::Result<Got> {
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        let request = Request::builder()
            .method(method)
            .uri(format!("{}/control/{path}", self.sandbox.url()))
            .body(body)?;
        self.send(request).await
    }

    /// The description with which a call is refused.
    pub(crate) async fn refusal(&self, method: &str, params: Value) -> anyhow::Result<String> {
        let got = self.call(method, params).await?;
        assert!(got.status >= 400, "{method} was not refused: {got:?}");
        assert_eq!(
            got.json,
            serde_json::json!({"ok": false, "error_code": got.status, "description": got.description()})
        );
        Ok(got.description().to_owned())
    }
}

async fn read(answer: Response<Body>) -> anyhow::Result<Got> {
    let status = answer.status().as_u16();
    let retry_after =
        answer.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let bytes = to_bytes(answer.into_body(), usize::MAX).await?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    Ok(Got { status, retry_after, json: serde_json::from_str(&text).unwrap_or_default(), text })
}

/// A multipart body with text fields and one file.
pub(crate) fn multipart(fields: &[(&str, &str)], file: (&str, &str, &[u8])) -> (String, Vec<u8>) {
    let mut body = Vec::new();
    for (name, value) in fields {
        let part = format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend(part.bytes());
    }
    let (field, name, bytes) = file;
    let head = format!(
        "--edge\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\nContent-Type: text/plain\r\n\r\n"
    );
    body.extend(head.bytes());
    body.extend(bytes);
    body.extend(b"\r\n--edge--\r\n");
    ("multipart/form-data; boundary=edge".to_owned(), body)
}
