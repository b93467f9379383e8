//! The Bot API methods that the sandbox has, each with the parameters that the reference gives it.

use std::sync::Arc;

use serde_json::Value;

use super::Telegram;
use super::error::ApiError;
use super::faults::FaultKind;
use super::params::Params;
use super::state::State;
use super::updates::Batch;
use super::view::Call;
use super::webhook::{Delivery, Retry};
use super::wire;

/// A method and its parameters.
#[derive(Debug)]
pub(crate) struct Method {
    pub(crate) name: &'static str,
    params: &'static [&'static [&'static str]],
    run: Run,
}

#[derive(Debug)]
enum Run {
    /// Waits, so it is not run under the lock.
    Poll,
    Read(fn(&State, &Params) -> Result<Answer, ApiError>),
    Change(fn(&mut State, &Params) -> Result<Answer, ApiError>),
    /// Makes updates, or changes where they go.
    Route(fn(&mut State, &Params) -> Result<Answer, ApiError>),
}

/// What a call answers.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) result: Value,
    pub(crate) description: Option<&'static str>,
}

impl From<Value> for Answer {
    fn from(result: Value) -> Self {
        Self { result, description: None }
    }
}

const CHAT: &[&str] = &["business_connection_id", "chat_id", "message_thread_id"];
const SENDING: &[&str] = &[
    "direct_messages_topic_id",
    "disable_notification",
    "protect_content",
    "allow_paid_broadcast",
    "message_effect_id",
    "reply_parameters",
    "reply_to_message_id",
    "allow_sending_without_reply",
];
const ONE_MESSAGE: &[&str] = &["suggested_post_parameters", "ephemeral_message_parameters", "reply_markup"];
const TEXT: &[&str] = &["text", "parse_mode", "entities", "link_preview_options", "disable_web_page_preview"];
const CAPTION: &[&str] = &["caption", "parse_mode", "caption_entities"];
const EDITED: &[&str] =
    &["business_connection_id", "chat_id", "message_id", "inline_message_id", "reply_markup"];
const INVOICE: &[&str] = &[
    "title",
    "description",
    "payload",
    "provider_token",
    "currency",
    "prices",
    "max_tip_amount",
    "suggested_tip_amounts",
    "provider_data",
    "photo_url",
    "photo_size",
    "photo_width",
    "photo_height",
    "need_name",
    "need_phone_number",
    "need_email",
    "need_shipping_address",
    "send_phone_number_to_provider",
    "send_email_to_provider",
    "is_flexible",
];
const SCOPE: &[&str] = &["scope", "language_code"];

static METHODS: [Method; 24] = [
    Method { name: "getMe", params: &[], run: Run::Read(|state, _| Ok(wire::me(state).into())) },
    Method {
        name: "getUpdates",
        params: &[&["offset", "limit", "timeout", "allowed_updates"]],
        run: Run::Poll,
    },
    Method {
        name: "setWebhook",
        params: &[&[
            "url",
            "certificate",
            "ip_address",
            "max_connections",
            "allowed_updates",
            "drop_pending_updates",
            "secret_token",
        ]],
        run: Run::Route(|state, params| {
            let description = state.updates.set_webhook(params)?;
            Ok(routed(description))
        }),
    },
    Method {
        name: "deleteWebhook",
        params: &[&["drop_pending_updates"]],
        run: Run::Route(|state, params| Ok(routed(state.updates.delete_webhook(params)))),
    },
    Method {
        name: "getWebhookInfo",
        params: &[],
        run: Run::Read(|state, _| Ok(state.updates.webhook_info(state.now()).into())),
    },
    Method {
        name: "sendMessage",
        params: &[CHAT, SENDING, ONE_MESSAGE, TEXT],
        run: Run::Change(|state, params| state.send_message(params).map(Into::into)),
    },
    Method {
        name: "editMessageText",
        params: &[EDITED, TEXT],
        run: Run::Change(|state, params| state.edit_text(params).map(Into::into)),
    },
    Method {
        name: "editMessageReplyMarkup",
        params: &[EDITED],
        run: Run::Change(|state, params| state.edit_markup(params).map(Into::into)),
    },
    Method {
        name: "deleteMessage",
        params: &[&["chat_id", "message_id"]],
        run: Run::Change(|state, params| state.delete_message(params).map(Into::into)),
    },
    Method {
        name: "deleteMessages",
        params: &[&["chat_id", "message_ids"]],
        run: Run::Change(|state, params| state.delete_messages(params).map(Into::into)),
    },
    Method {
        name: "answerCallbackQuery",
        params: &[&["callback_query_id", "text", "show_alert", "url", "cache_time"]],
        run: Run::Change(|state, params| state.answer_callback(params).map(Into::into)),
    },
    Method {
        name: "sendChatAction",
        params: &[CHAT, &["action"]],
        run: Run::Change(|state, params| state.chat_action(params).map(Into::into)),
    },
    Method {
        name: "setMyCommands",
        params: &[SCOPE, &["commands"]],
        run: Run::Change(|state, params| {
            let people = &state.people;
            let result = state.commands.set(params, |id| people.contains_key(&id))?;
            Ok(result.into())
        }),
    },
    Method {
        name: "getMyCommands",
        params: &[SCOPE],
        run: Run::Read(|state, params| {
            let people = &state.people;
            let result = state.commands.get(params, |id| people.contains_key(&id))?;
            Ok(result.into())
        }),
    },
    Method {
        name: "deleteMyCommands",
        params: &[SCOPE],
        run: Run::Change(|state, params| {
            let people = &state.people;
            let result = state.commands.delete(params, |id| people.contains_key(&id))?;
            Ok(result.into())
        }),
    },
    Method {
        name: "sendPhoto",
        params: &[CHAT, SENDING, ONE_MESSAGE, CAPTION, &["photo", "show_caption_above_media", "has_spoiler"]],
        run: Run::Change(|state, params| state.send_photo(params).map(Into::into)),
    },
    Method {
        name: "sendDocument",
        params: &[
            CHAT,
            SENDING,
            ONE_MESSAGE,
            CAPTION,
            &["document", "thumbnail", "disable_content_type_detection"],
        ],
        run: Run::Change(|state, params| state.send_document(params).map(Into::into)),
    },
    Method {
        name: "sendMediaGroup",
        params: &[CHAT, SENDING, &["media"]],
        run: Run::Change(|state, params| state.send_media_group(params).map(Into::into)),
    },
    Method {
        name: "sendInvoice",
        params: &[CHAT, SENDING, ONE_MESSAGE, INVOICE, &["start_parameter"]],
        run: Run::Change(|state, params| state.send_invoice(params).map(Into::into)),
    },
    Method {
        name: "createInvoiceLink",
        params: &[INVOICE, &["business_connection_id", "subscription_period"]],
        run: Run::Change(|state, params| state.create_invoice_link(params).map(Into::into)),
    },
    Method {
        name: "answerPreCheckoutQuery",
        params: &[&["pre_checkout_query_id", "ok", "error_message"]],
        run: Run::Change(|state, params| state.answer_checkout(params).map(Into::into)),
    },
    Method {
        name: "refundStarPayment",
        params: &[&["user_id", "telegram_payment_charge_id"]],
        run: Run::Route(|state, params| state.refund_stars(params).map(Into::into)),
    },
    Method {
        name: "getStarTransactions",
        params: &[&["offset", "limit"]],
        run: Run::Read(|state, params| state.star_transactions(params).map(Into::into)),
    },
    Method {
        name: "getFile",
        params: &[&["file_id"]],
        run: Run::Read(|state, params| state.files.describe(params).map(Into::into)),
    },
];

fn routed(description: &'static str) -> Answer {
    Answer { result: Value::Bool(true), description: Some(description) }
}

impl Method {
    /// The method of that name, in any case.
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        METHODS.iter().find(|method| method.name.eq_ignore_ascii_case(name))
    }

    pub(crate) fn is_poll(&self) -> bool {
        matches!(self.run, Run::Poll)
    }

    pub(crate) fn check(&self, params: &Params) -> Result<(), ApiError> {
        params.check_known(&self.params.concat())
    }
}

impl Telegram {
    /// Does a call, except `getUpdates`, which waits.
    pub(crate) fn perform(&self, method: &Method, params: &Params) -> Result<Answer, ApiError> {
        match method.run {
            Run::Poll => Err(ApiError::not_found()),
            Run::Read(read) => read(&self.state(), params),
            Run::Change(change) => self.change(|state| change(state, params)),
            Run::Route(route) => {
                let answer = self.change(|state| route(state, params));
                self.updates_arrived();
                answer
            }
        }
    }

    /// The fault that a call meets.
    pub(crate) fn fault_for(&self, method: &Method, params: &Params) -> Option<FaultKind> {
        self.state().faults.for_call(method.name, params.chat_id())
    }

    pub(crate) fn record(&self, call: Call) {
        self.change(|state| state.record(call));
    }

    pub(crate) fn begin_poll(&self, params: &Params) -> Result<u64, ApiError> {
        let poll = self.change(|state| state.updates.begin_poll(params));
        self.updates_arrived();
        poll
    }

    pub(crate) fn take_updates(&self, poll: u64, limit: usize) -> Batch {
        let state = &mut *self.state();
        let now = state.now();
        state.updates.take(poll, limit, &mut state.faults, now)
    }

    pub(crate) fn next_delivery(&self) -> Option<Delivery> {
        let state = &mut *self.state();
        let now = state.now();
        state.updates.next_delivery(&mut state.faults, now)
    }

    pub(crate) fn delivered(&self, delivery: &Delivery) {
        self.change(|state| state.updates.delivered(delivery));
        self.updates_arrived();
    }

    pub(crate) fn delivery_failed(&self, delivery: &Delivery, reason: &str) -> bool {
        let retry = self.change(|state| {
            let now = state.now();
            state.updates.delivery_failed(delivery, reason, now)
        });
        self.updates_arrived();
        retry
    }

    pub(crate) fn retry_delivery(&self, delivery: &Delivery) -> Retry {
        let state = &mut *self.state();
        let now = state.now();
        state.updates.retry_delivery(delivery, now)
    }

    pub(crate) fn download(&self, path: &str) -> Option<(Arc<str>, Arc<Vec<u8>>)> {
        self.state().files.download(path)
    }
}
