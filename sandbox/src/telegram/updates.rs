//! The queue of updates: long polling takes it from the front and confirms by offset, a webhook takes it lane by lane.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::error::ApiError;
use super::faults::{FaultKind, Faults};
use super::params::Params;

/// How long messages and membership changes wait for the bot.
const MESSAGE_LIFE: TimeDelta = TimeDelta::hours(24);
/// How long taps and checkout questions wait for the bot.
const QUERY_LIFE: TimeDelta = TimeDelta::seconds(150);
/// Telegram ends an answer at about this size.
const MAX_ANSWER_BYTES: usize = 4 * 1024 * 1024;
/// Kinds that must be asked for.
const NOT_BY_DEFAULT: [&str; 3] = ["chat_member", "message_reaction", "message_reaction_count"];

/// What is delivered in order: the next update of a lane goes out after the one before was accepted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Lane {
    Chat(i64),
    Taps(i64),
    Checkout(i64),
    Membership(i64),
    Other,
}

impl Lane {
    fn person(&self) -> Option<i64> {
        match self {
            Self::Chat(id) | Self::Taps(id) | Self::Checkout(id) | Self::Membership(id) => Some(*id),
            Self::Other => None,
        }
    }

    fn life(&self) -> TimeDelta {
        match self {
            Self::Taps(_) | Self::Checkout(_) => QUERY_LIFE,
            Self::Chat(_) | Self::Membership(_) | Self::Other => MESSAGE_LIFE,
        }
    }
}

#[derive(Debug)]
struct Pending {
    body: Arc<str>,
    lane: Lane,
    expires: DateTime<Utc>,
}

/// All that is not confirmed yet, and how the bot wants it.
#[derive(Debug)]
pub(crate) struct Updates {
    next_id: i64,
    pending: BTreeMap<i64, Pending>,
    /// `None` is Telegram's default set.
    allowed: Option<HashSet<String>>,
    poll: u64,
    pub(super) webhook: Option<Webhook>,
    pub(super) webhooks_set: u64,
}

/// Where updates are pushed to.
#[derive(Debug)]
pub(crate) struct Webhook {
    pub(super) number: u64,
    pub(super) url: Arc<str>,
    pub(super) secret: Option<Arc<str>>,
    pub(super) max_connections: usize,
    pub(super) in_flight: usize,
    pub(super) lanes: HashMap<Lane, VecDeque<i64>>,
    pub(super) ready: VecDeque<Lane>,
    pub(super) last_error: Option<(DateTime<Utc>, String)>,
}

/// What a poller finds.
pub(crate) enum Batch {
    Updates(Vec<Arc<str>>),
    Nothing,
    Superseded,
    WebhookSet,
}

impl Default for Updates {
    fn default() -> Self {
        Self {
            next_id: first_id(),
            pending: BTreeMap::new(),
            allowed: None,
            poll: 0,
            webhook: None,
            webhooks_set: 0,
        }
    }
}

impl Updates {
    /// Queues an update unless the bot did not ask for its kind.
    pub(crate) fn push(&mut self, kind: &str, payload: &Value, lane: Lane, now: DateTime<Utc>) {
        let id = self.next_id;
        self.next_id += 1;
        self.enqueue(id, kind, &json!({ "update_id": id, kind: payload }), lane, now);
    }

    /// Queues any update as it is; its id is filled in when absent.
    pub(crate) fn push_raw(&mut self, mut raw: Value, now: DateTime<Utc>) {
        let Some(object) = raw.as_object_mut() else {
            return;
        };
        let id = object.get("update_id").and_then(Value::as_i64).unwrap_or(self.next_id);
        object.insert("update_id".to_owned(), json!(id));
        self.next_id = self.next_id.max(id + 1);
        let kind = object.keys().find(|key| *key != "update_id").cloned().unwrap_or_default();
        let number = |path: &str| object.get(&kind).and_then(|body| body.pointer(path)?.as_i64());
        let lane = match kind.as_str() {
            "callback_query" => number("/from/id").map(Lane::Taps),
            "pre_checkout_query" | "shipping_query" => number("/from/id").map(Lane::Checkout),
            "my_chat_member" => number("/chat/id").map(Lane::Membership),
            _ => number("/chat/id").map(Lane::Chat),
        };
        self.enqueue(id, &kind, &raw, lane.unwrap_or(Lane::Other), now);
    }

    fn enqueue(&mut self, id: i64, kind: &str, update: &Value, lane: Lane, now: DateTime<Utc>) {
        let wanted = match &self.allowed {
            Some(allowed) => allowed.contains(kind),
            None => !NOT_BY_DEFAULT.contains(&kind),
        };
        if !wanted {
            return;
        }
        if let Some(webhook) = &mut self.webhook {
            webhook.append(lane.clone(), id);
        }
        let pending = Pending { body: update.to_string().into(), expires: now + lane.life(), lane };
        self.pending.insert(id, pending);
    }

    /// Updates that the bot has neither confirmed nor let expire.
    pub(crate) fn pending(&self, now: DateTime<Utc>) -> usize {
        self.pending.values().filter(|update| update.expires > now).count()
    }

    /// Starts a poll, which ends the one before, and confirms what lies below its offset.
    pub(crate) fn begin_poll(&mut self, params: &Params) -> Result<u64, ApiError> {
        if self.webhook.is_some() {
            return Err(webhook_is_active());
        }
        let offset = params.integer("offset")?.unwrap_or(0);
        self.allow(params)?;
        if offset > 0 {
            self.pending = self.pending.split_off(&offset);
        } else if offset < 0 {
            let keep = usize::try_from(offset.unsigned_abs()).unwrap_or(usize::MAX);
            while self.pending.len() > keep {
                self.pending.pop_first();
            }
        }
        self.poll += 1;
        Ok(self.poll)
    }

    /// What poll `poll` may have now.
    pub(crate) fn take(&mut self, poll: u64, limit: usize, faults: &mut Faults, now: DateTime<Utc>) -> Batch {
        if self.webhook.is_some() {
            return Batch::WebhookSet;
        }
        if self.poll != poll {
            return Batch::Superseded;
        }
        while self.pending.first_key_value().is_some_and(|(_, update)| update.expires <= now) {
            self.pending.pop_first();
        }
        let mut bytes = 0;
        let mut chats = Vec::new();
        let mut batch = Vec::new();
        for update in self.pending.values().filter(|update| update.expires > now) {
            bytes += update.body.len();
            if batch.len() == limit || (bytes > MAX_ANSWER_BYTES && !batch.is_empty()) {
                break;
            }
            batch.push(Arc::clone(&update.body));
            chats.extend(update.lane.person());
        }
        if batch.is_empty() {
            return Batch::Nothing;
        }
        if batch.len() > 1 && faults.for_delivery(&FaultKind::ReorderUpdates, &chats) {
            batch.reverse();
        }
        if faults.for_delivery(&FaultKind::DuplicateUpdates, &chats) {
            batch.extend(batch.clone());
        }
        Batch::Updates(batch)
    }

    /// Remembers `allowed_updates` as Telegram does: absent keeps what was set, an empty or senseless list is the default.
    pub(super) fn allow(&mut self, params: &Params) -> Result<(), ApiError> {
        let Some(list) = params.json("allowed_updates")? else {
            return Ok(());
        };
        let Some(list) = list.as_array() else {
            return Ok(());
        };
        let kinds: HashSet<String> =
            list.iter().filter_map(Value::as_str).map(str::to_ascii_lowercase).collect();
        self.allowed = (!kinds.is_empty()).then_some(kinds);
        Ok(())
    }

    /// The remembered `allowed_updates`, sorted; `None` is the default set.
    pub(super) fn allowed(&self) -> Option<Vec<&str>> {
        let mut kinds: Vec<&str> = self.allowed.as_ref()?.iter().map(String::as_str).collect();
        kinds.sort_unstable();
        Some(kinds)
    }

    pub(super) fn forget_all(&mut self) {
        self.pending.clear();
    }

    /// Ids and lanes of everything that waits, in order.
    pub(super) fn waiting(&self) -> impl Iterator<Item = (i64, &Lane)> {
        self.pending.iter().map(|(id, update)| (*id, &update.lane))
    }

    pub(super) fn confirm(&mut self, id: i64) {
        self.pending.remove(&id);
    }

    /// The body of a waiting update that has not expired.
    pub(super) fn body(&self, id: i64, now: DateTime<Utc>) -> Option<Arc<str>> {
        self.pending.get(&id).filter(|update| update.expires > now).map(|update| Arc::clone(&update.body))
    }

    pub(super) fn chats_of(lane: &Lane) -> Vec<i64> {
        lane.person().into_iter().collect()
    }
}

pub(crate) fn webhook_set_meanwhile() -> ApiError {
    ApiError::conflict("terminated by setWebhook request")
}

fn webhook_is_active() -> ApiError {
    ApiError::conflict(
        "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    )
}

pub(crate) fn other_poller() -> ApiError {
    ApiError::conflict(
        "terminated by other getUpdates request; make sure that only one bot instance is running",
    )
}

/// Telegram starts a bot's ids anywhere; so does the sandbox, lest a bot that remembers an earlier sandbox takes new
/// updates for old ones.
fn first_id() -> i64 {
    use std::hash::{BuildHasher as _, RandomState};
    let random = RandomState::new().hash_one(0) % 1_000_000_000;
    i64::try_from(random).unwrap_or_default() + 100_000_000
}
