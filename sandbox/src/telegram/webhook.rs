//! Which update goes to the webhook next: lanes run side by side, within a lane one after the other.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use super::error::ApiError;
use super::faults::{FaultKind, Faults};
use super::params::Params;
use super::updates::{Lane, Updates, Webhook};

const DEFAULT_CONNECTIONS: i64 = 40;
const LOOPBACK: [&str; 3] = ["http://127.0.0.1", "http://localhost", "http://[::1]"];

/// One push that is to be made.
#[derive(Debug, Clone)]
pub(crate) struct Delivery {
    pub(crate) url: Arc<str>,
    pub(crate) secret: Option<Arc<str>>,
    pub(crate) body: Arc<str>,
    /// How often it has to be pushed; more than once only by a fault.
    pub(crate) copies: u32,
    webhook: u64,
    lane: Lane,
    update: i64,
}

impl Webhook {
    pub(super) fn append(&mut self, lane: Lane, id: i64) {
        let waiting = self.lanes.entry(lane.clone()).or_default();
        waiting.push_back(id);
        // A lane with more than this one is ready already, in flight, or waiting for its retry.
        if waiting.len() == 1 {
            self.ready.push_back(lane);
        }
    }
}

impl Updates {
    /// `setWebhook`.
    pub(crate) fn set_webhook(&mut self, params: &Params) -> Result<&'static str, ApiError> {
        let Some(url) = params.text("url") else {
            return Ok(self.delete_webhook(params));
        };
        let is_local = LOOPBACK.iter().any(|base| {
            url.strip_prefix(base).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/', '?']))
        });
        if !is_local {
            return Err(ApiError::bad_request(
                "bad webhook: this sandbox delivers only to http addresses of the local machine",
            ));
        }
        let secret = params.text("secret_token");
        if let Some(secret) = &secret {
            if secret.len() > 256 {
                return Err(ApiError::bad_request("secret token is too long"));
            }
            if !secret.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-') {
                return Err(ApiError::bad_request("secret token contains unallowed characters"));
            }
        }
        let connections = params.integer("max_connections")?.unwrap_or(DEFAULT_CONNECTIONS).clamp(1, 100);
        self.allow(params)?;
        if params.flag("drop_pending_updates") {
            self.forget_all();
        }
        self.webhooks_set += 1;
        let mut webhook = Webhook {
            number: self.webhooks_set,
            url: url.into(),
            secret: secret.map(Into::into),
            max_connections: usize::try_from(connections).unwrap_or(1),
            in_flight: 0,
            lanes: HashMap::new(),
            ready: VecDeque::new(),
            last_error: None,
        };
        for (id, lane) in self.waiting() {
            webhook.append(lane.clone(), id);
        }
        self.webhook = Some(webhook);
        Ok("Webhook was set")
    }

    /// `deleteWebhook`.
    pub(crate) fn delete_webhook(&mut self, params: &Params) -> &'static str {
        if params.flag("drop_pending_updates") {
            self.forget_all();
        }
        match self.webhook.take() {
            Some(_) => "Webhook was deleted",
            None => "Webhook is already deleted",
        }
    }

    /// `getWebhookInfo`.
    pub(crate) fn webhook_info(&self, now: DateTime<Utc>) -> Value {
        let mut info = Map::new();
        let url = self.webhook.as_ref().map_or("", |webhook| &*webhook.url);
        info.insert("url".to_owned(), json!(url));
        info.insert("has_custom_certificate".to_owned(), json!(false));
        info.insert("pending_update_count".to_owned(), json!(self.pending(now)));
        if let Some(webhook) = &self.webhook {
            info.insert("max_connections".to_owned(), json!(webhook.max_connections));
            info.insert("ip_address".to_owned(), json!("127.0.0.1"));
            if let Some((at, message)) = &webhook.last_error {
                info.insert("last_error_date".to_owned(), json!(at.timestamp()));
                info.insert("last_error_message".to_owned(), json!(message));
            }
        }
        if let Some(allowed) = self.allowed() {
            info.insert("allowed_updates".to_owned(), json!(allowed));
        }
        Value::Object(info)
    }

    /// The next push, if a connection and a lane are free.
    pub(crate) fn next_delivery(&mut self, faults: &mut Faults, now: DateTime<Utc>) -> Option<Delivery> {
        loop {
            let webhook = self.webhook.as_mut()?;
            if webhook.in_flight >= webhook.max_connections {
                return None;
            }
            let lane = webhook.ready.pop_front()?;
            let waiting = webhook.lanes.get_mut(&lane)?;
            let chats = Self::chats_of(&lane);
            if waiting.len() > 1 && faults.for_delivery(&FaultKind::ReorderUpdates, &chats) {
                waiting.swap(0, 1);
            }
            let update = *waiting.front()?;
            let body = self.body(update, now);
            let is_lost = body.is_some() && faults.for_delivery(&FaultKind::DropPush, &chats);
            let Some(body) = body.filter(|_| !is_lost) else {
                self.step(&lane, update);
                continue;
            };
            let copies = if faults.for_delivery(&FaultKind::DuplicateUpdates, &chats) { 2 } else { 1 };
            let webhook = self.webhook.as_mut()?;
            webhook.in_flight += 1;
            return Some(Delivery {
                url: Arc::clone(&webhook.url),
                secret: webhook.secret.clone(),
                body,
                copies,
                webhook: webhook.number,
                lane,
                update,
            });
        }
    }

    /// The push was accepted: the lane goes on.
    pub(crate) fn delivered(&mut self, delivery: &Delivery) {
        if self.is_current(delivery) {
            self.release();
            self.step(&delivery.lane, delivery.update);
        } else {
            self.confirm(delivery.update);
        }
    }

    /// The push failed: its connection is free, its lane waits for the retry. Says whether there shall be one.
    pub(crate) fn delivery_failed(&mut self, delivery: &Delivery, reason: &str, now: DateTime<Utc>) -> bool {
        if !self.is_current(delivery) {
            return false;
        }
        self.release();
        if let Some(webhook) = &mut self.webhook {
            webhook.last_error = Some((now, reason.to_owned()));
        }
        true
    }

    /// The pause of a failed push is over. Takes the connection again, or says that there is nothing to do.
    pub(crate) fn retry_delivery(&mut self, delivery: &Delivery, now: DateTime<Utc>) -> Retry {
        if !self.is_current(delivery) {
            return Retry::Never;
        }
        if self.body(delivery.update, now).is_none() {
            self.step(&delivery.lane, delivery.update);
            return Retry::Never;
        }
        match &mut self.webhook {
            Some(webhook) if webhook.in_flight < webhook.max_connections => {
                webhook.in_flight += 1;
                Retry::Now
            }
            Some(_) | None => Retry::Later,
        }
    }

    fn is_current(&self, delivery: &Delivery) -> bool {
        self.webhook.as_ref().is_some_and(|webhook| webhook.number == delivery.webhook)
    }

    fn release(&mut self) {
        if let Some(webhook) = &mut self.webhook {
            webhook.in_flight = webhook.in_flight.saturating_sub(1);
        }
    }

    /// Removes the head of a lane and makes the rest of the lane ready.
    fn step(&mut self, lane: &Lane, update: i64) {
        self.confirm(update);
        let Some(webhook) = &mut self.webhook else {
            return;
        };
        let Some(waiting) = webhook.lanes.get_mut(lane) else {
            return;
        };
        waiting.pop_front();
        if waiting.is_empty() {
            webhook.lanes.remove(lane);
        } else {
            webhook.ready.push_back(lane.clone());
        }
    }
}

/// What becomes of a failed push after its pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Retry {
    Now,
    Later,
    Never,
}
