//! What a bot does with money: invoices, answers to checkouts, and Stars given back. Checked as Telegram checks it.

use serde_json::{Map, Value, json};

use super::entities::FormattedText;
use super::error::ApiError;
use super::keyboard::{Button, ButtonKind, Keyboard, Markup};
use super::params::Params;
use super::payments::{Bill, StarTransaction};
use super::send::markup;
use super::state::{Body, Draft, Member, State};
use super::updates::Lane;
use super::wire;

const MAX_TITLE: usize = 32;
const MAX_DESCRIPTION: usize = 255;
const MAX_PAYLOAD_BYTES: usize = 128;
/// Amounts have at most twelve digits, and an invoice in Stars at most so many of them.
const MAX_TOTAL: i64 = 999_999_999_999;
const MAX_STARS: i64 = 100_000;
pub(super) const STARS: &str = "XTR";

impl State {
    pub(crate) fn send_invoice(&mut self, params: &Params) -> Result<Value, ApiError> {
        let bill = bill(params)?;
        let markup = pay_markup(markup(params)?, &bill)?;
        let chat = self.writable_chat(params)?;
        let extras = self.extras(chat, params)?;
        let body = Body::Invoice { bill, is_paid: false };
        let draft = Draft { from_bot: true, text: FormattedText::default(), markup, body, extras };
        Ok(self.post(chat, draft).1)
    }

    pub(crate) fn create_invoice_link(&mut self, params: &Params) -> Result<Value, ApiError> {
        let bill = bill(params)?;
        Ok(json!(self.payments.link(bill)))
    }

    pub(crate) fn answer_checkout(&mut self, params: &Params) -> Result<Value, ApiError> {
        let is_ok = params.flag("ok");
        let reason = params.text("error_message");
        if !is_ok && reason.is_none() {
            return Err(ApiError::bad_request("error_message must be specified when ok is false"));
        }
        let id = params.text("pre_checkout_query_id").unwrap_or_default();
        let refusal = if is_ok { None } else { reason };
        let now = self.now();
        if !self.payments.answer(&id, refusal, now) {
            return Err(ApiError::bad_request(
                "query is too old and response timeout expired or query ID is invalid",
            ));
        }
        Ok(Value::Bool(true))
    }

    pub(crate) fn refund_stars(&mut self, params: &Params) -> Result<Value, ApiError> {
        let user = params.integer("user_id")?.unwrap_or_default();
        let charge = params.text("telegram_payment_charge_id").unwrap_or_default();
        let now = self.now();
        let payment = self.payments.refund(user, &charge, now).map_err(ApiError::bad_request)?;
        let body = Body::Refunded(payment);
        let draft = Draft { from_bot: true, ..Draft::from_person(FormattedText::default(), body) };
        let (_, message) = self.post(user, draft);
        self.updates.push("message", &message, Lane::Chat(user), now);
        Ok(Value::Bool(true))
    }

    pub(crate) fn star_transactions(&self, params: &Params) -> Result<Value, ApiError> {
        let number = |name: &str, usual: i64| Ok::<i64, ApiError>(params.integer(name)?.unwrap_or(usual));
        let (offset, limit) = (number("offset", 0)?, number("limit", 100)?);
        if offset < 0 || !(1..=100).contains(&limit) {
            return Err(ApiError::bad_request("wrong offset or limit specified"));
        }
        let page = |count: i64| usize::try_from(count).unwrap_or_default();
        let all = self.payments.transactions().iter();
        let list: Vec<Value> = all
            .skip(page(offset))
            .take(page(limit))
            .map(|transaction| star_transaction(transaction, self.people.get(&transaction.payer)))
            .collect();
        Ok(json!({ "transactions": list }))
    }
}

fn star_transaction(transaction: &StarTransaction, member: Option<&Member>) -> Value {
    let mut partner = Map::new();
    partner.insert("type".to_owned(), json!("user"));
    partner.insert("transaction_type".to_owned(), json!("invoice_payment"));
    if let Some(member) = member {
        partner.insert("user".to_owned(), wire::user(&member.person));
    }
    partner.insert("invoice_payload".to_owned(), json!(transaction.payload));
    let role = if transaction.is_refund { "receiver" } else { "source" };
    json!({
        "id": transaction.charge,
        "amount": transaction.amount,
        "date": transaction.at.timestamp(),
        role: partner,
    })
}

/// The bill of a call, if Telegram would take it.
fn bill(params: &Params) -> Result<Bill, ApiError> {
    let text = |name: &str, most: usize| {
        let text = params.text(name).unwrap_or_default();
        if text.trim().is_empty() || text.chars().count() > most {
            return Err(ApiError::bad_request(format!("INVOICE_{}_INVALID", name.to_uppercase())));
        }
        Ok(text)
    };
    let (title, description) = (text("title", MAX_TITLE)?, text("description", MAX_DESCRIPTION)?);
    let payload = params.text("payload").unwrap_or_default();
    if payload.is_empty() || payload.len() > MAX_PAYLOAD_BYTES {
        return Err(ApiError::bad_request("INVOICE_PAYLOAD_INVALID"));
    }
    let currency = params.text("currency").unwrap_or_default();
    let amounts = amounts(params)?;
    let total = amounts.iter().try_fold(0i64, |sum, amount| sum.checked_add(*amount)).unwrap_or(i64::MAX);
    let token = params.text("provider_token").unwrap_or_default();
    if currency == STARS {
        if !token.is_empty() || amounts.len() != 1 {
            return Err(ApiError::bad_request("STARS_INVOICE_INVALID"));
        }
    } else {
        if currency.len() != 3 || !currency.bytes().all(|letter| letter.is_ascii_uppercase()) {
            return Err(ApiError::bad_request("CURRENCY_INVALID"));
        }
        if !is_provider(&token) {
            return Err(ApiError::bad_request("PAYMENT_PROVIDER_INVALID"));
        }
    }
    let most = if currency == STARS { MAX_STARS } else { MAX_TOTAL };
    if !(1..=most).contains(&total) {
        return Err(ApiError::bad_request("CURRENCY_TOTAL_AMOUNT_INVALID"));
    }
    let start_parameter = params.text("start_parameter").unwrap_or_default();
    Ok(Bill { title, description, payload, currency, total, start_parameter })
}

/// As BotFather gives them: an id, the mode, and a secret.
fn is_provider(token: &str) -> bool {
    let mut parts = token.splitn(3, ':');
    let (id, mode, secret) = (parts.next(), parts.next(), parts.next());
    id.is_some_and(|id| !id.is_empty() && id.bytes().all(|digit| digit.is_ascii_digit()))
        && matches!(mode, Some("TEST" | "LIVE"))
        && secret.is_some_and(|secret| !secret.is_empty())
}

fn amounts(params: &Params) -> Result<Vec<i64>, ApiError> {
    let refuse = |why: &str| ApiError::bad_request(format!("can't parse prices: {why}"));
    let list = params.json("prices")?.ok_or_else(|| refuse("Field \"prices\" is required"))?;
    let list = list.as_array().ok_or_else(|| refuse("expected an Array"))?;
    if list.is_empty() {
        return Err(refuse("there must be at least one price"));
    }
    let amount = |price: &Value| {
        let label = price.get("label").and_then(Value::as_str).unwrap_or_default();
        if label.is_empty() {
            return Err(refuse("Field \"label\" must be a non-empty String"));
        }
        let amount = price.get("amount");
        amount
            .and_then(|amount| amount.as_i64().or_else(|| amount.as_str()?.parse().ok()))
            .ok_or_else(|| refuse("Field \"amount\" must be an Integer"))
    };
    list.iter().map(amount).collect()
}

/// The keyboard of an invoice; where the bot gives none, it is the button that pays.
fn pay_markup(markup: Markup, bill: &Bill) -> Result<Markup, ApiError> {
    match &markup.keyboard {
        Keyboard::None if !markup.is_reply_kind => {
            let label = format!("Pay {}", bill.amount_text());
            let sent = json!({ "inline_keyboard": [[{ "text": label, "pay": true }]] });
            let button = Button { text: label, kind: ButtonKind::Other(json!({ "pay": true })) };
            Ok(Markup {
                keyboard: Keyboard::Inline(vec![vec![button]]),
                inline: Some(sent),
                is_reply_kind: false,
            })
        }
        _ => {
            check_pay_first(&markup)?;
            Ok(markup)
        }
    }
}

/// The keyboard of an invoice must begin with the button that pays.
pub(super) fn check_pay_first(markup: &Markup) -> Result<(), ApiError> {
    match &markup.keyboard {
        Keyboard::Inline(rows) if rows.first().and_then(|row| row.first()).is_some_and(is_pay) => Ok(()),
        _ => Err(ApiError::bad_request("REPLY_MARKUP_BUY_EMPTY")),
    }
}

fn is_pay(button: &Button) -> bool {
    let ButtonKind::Other(kind) = &button.kind else { return false };
    kind.get("pay").and_then(Value::as_bool).unwrap_or_default()
}
