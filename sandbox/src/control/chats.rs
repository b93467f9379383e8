//! One person's chat: what they see, and what they do.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Answer, Context, Refusal, body, checkouts, uploads};
use crate::telegram::{
    Button, ButtonKind, Contact, Content, Keyboard, Message, Person, ReplyButton, amount_text, own_card,
};

pub(super) fn routes() -> Router<Context> {
    Router::new()
        .route("/", get(show))
        .route("/text", post(text))
        .route("/contact", post(contact))
        .route("/location", post(location))
        .route("/sticker", post(sticker))
        .route("/document", post(uploads::document))
        .route("/photo", post(uploads::photo))
        .route("/tap", post(tap))
        .route("/block", post(block))
        .route("/checkout", post(checkouts::open))
}

pub(super) fn known(context: &Context, person: i64) -> Answer<Person> {
    context.telegram.person(person).ok_or_else(|| Refusal::missing(format!("There is no person {person}.")))
}

pub(super) fn sent(message_id: i64) -> Json<Value> {
    Json(json!({ "message_id": message_id }))
}

async fn show(State(context): State<Context>, Path(person): Path<i64>) -> Answer<Json<Value>> {
    known(&context, person)?;
    let chat = context.telegram.chat(person);
    let messages: Vec<Value> = chat.messages.iter().map(|shown| message(shown, context.zone)).collect();
    let answers: Vec<Value> = chat
        .answers
        .iter()
        .map(|answer| {
            json!({
                "id": answer.id,
                "callback_id": answer.callback_id,
                "text": answer.text,
                "alert": answer.alert,
            })
        })
        .collect();
    Ok(Json(json!({
        "version": chat.version,
        "action": chat.action,
        "commands": chat.commands,
        "reply_keyboard": reply_keyboard(&chat.reply_keyboard),
        "messages": messages,
        "answers": answers,
    })))
}

fn message(message: &Message, zone: Tz) -> Value {
    let local = |at: DateTime<Utc>| at.with_timezone(&zone);
    let mut shown = json!({
        "id": message.id,
        "from_bot": message.from_bot,
        "at": message.at.to_rfc3339(),
        "local_time": format!("{}", local(message.at).format("%H:%M")),
        "local_date": format!("{}", local(message.at).format("%Y-%m-%d")),
        "edited": message.edited_at.is_some(),
        "html": message.html,
        "text": message.text,
        "keyboard": inline_keyboard(&message.keyboard),
        "document": null,
        "photo": null,
        "contact": null,
        "location": null,
        "sticker": null,
        "invoice": null,
        "paid": null,
        "refunded": null,
    });
    if let (Some(shown), Some((name, value))) = (shown.as_object_mut(), content(&message.content)) {
        shown.insert(name.to_owned(), value);
    }
    shown
}

fn content(content: &Content) -> Option<(&'static str, Value)> {
    Some(match content {
        Content::Text | Content::Other => return None,
        Content::Invoice { title, description, currency, amount, is_paid } => (
            "invoice",
            json!({
                "title": title,
                "description": description,
                "amount": amount_text(currency, *amount),
                "paid": is_paid,
            }),
        ),
        Content::Paid(payment) => {
            let amount = amount_text(&payment.currency, payment.amount);
            ("paid", json!({ "amount": amount, "title": payment.title }))
        }
        Content::Refunded(payment) => {
            ("refunded", json!({ "amount": amount_text(&payment.currency, payment.amount) }))
        }
        Content::Contact(card) => ("contact", json!({ "phone": card.phone, "first_name": card.first_name })),
        Content::Location { latitude, longitude } => {
            ("location", json!({ "latitude": latitude, "longitude": longitude }))
        }
        Content::Sticker { emoji } => ("sticker", json!(emoji)),
        Content::Photo { file_id } => ("photo", json!({ "file_id": file_id })),
        Content::Document { file_id, name, mime, size } => {
            ("document", json!({ "file_id": file_id, "name": name, "mime": mime, "size": size }))
        }
    })
}

fn inline_keyboard(keyboard: &Keyboard) -> Value {
    match keyboard {
        Keyboard::Inline(rows) => rows.iter().map(|row| row.iter().map(button).collect::<Value>()).collect(),
        Keyboard::None | Keyboard::Reply { .. } | Keyboard::Remove => Value::Null,
    }
}

fn button(button: &Button) -> Value {
    let mut shown = Map::new();
    shown.insert("text".to_owned(), json!(button.text));
    match &button.kind {
        ButtonKind::Data(data) => shown.insert("data".to_owned(), json!(data)),
        ButtonKind::Url(url) => shown.insert("url".to_owned(), json!(url)),
        ButtonKind::Other(other) => shown.insert("other".to_owned(), other.clone()),
    };
    Value::Object(shown)
}

fn reply_keyboard(keyboard: &Keyboard) -> Value {
    let button = |button: &ReplyButton| {
        json!({
            "text": button.text,
            "request_contact": button.request_contact,
            "request_location": button.request_location,
        })
    };
    match keyboard {
        Keyboard::Reply { rows, .. } => {
            let rows: Vec<Value> = rows.iter().map(|row| row.iter().map(button).collect()).collect();
            json!({ "rows": rows })
        }
        Keyboard::None | Keyboard::Inline(_) | Keyboard::Remove => Value::Null,
    }
}

#[derive(Deserialize)]
struct Text {
    text: String,
}

async fn text(State(context): State<Context>, Path(person): Path<i64>, bytes: Bytes) -> Answer<Json<Value>> {
    known(&context, person)?;
    let Text { text } = body(&bytes)?;
    if text.trim().is_empty() {
        return Err(Refusal::bad("A message needs a text."));
    }
    Ok(sent(context.telegram.send_text(person, text.trim())))
}

async fn contact(
    State(context): State<Context>,
    Path(person): Path<i64>,
    bytes: Bytes,
) -> Answer<Json<Value>> {
    let own = own_card(&known(&context, person)?);
    let given: Map<String, Value> = body(&bytes)?;
    let card: Contact = if given.is_empty() {
        own.ok_or_else(|| Refusal::bad("This person has no phone number to share."))?
    } else {
        body(Value::Object(given).to_string().as_bytes())?
    };
    Ok(sent(context.telegram.send_contact(person, card)))
}

#[derive(Deserialize)]
struct Location {
    latitude: f64,
    longitude: f64,
}

async fn location(
    State(context): State<Context>,
    Path(person): Path<i64>,
    bytes: Bytes,
) -> Answer<Json<Value>> {
    known(&context, person)?;
    let place: Location = body(&bytes)?;
    let (latitude, longitude) = (place.latitude, place.longitude);
    if !(-90.0..=90.0).contains(&latitude) || !(-180.0..=180.0).contains(&longitude) {
        return Err(Refusal::bad("There is no such place on Earth."));
    }
    Ok(sent(context.telegram.send_location(person, latitude, longitude)))
}

#[derive(Deserialize)]
struct Sticker {
    emoji: String,
}

async fn sticker(
    State(context): State<Context>,
    Path(person): Path<i64>,
    bytes: Bytes,
) -> Answer<Json<Value>> {
    known(&context, person)?;
    let Sticker { emoji } = body(&bytes)?;
    Ok(sent(context.telegram.send_sticker(person, &emoji)))
}

#[derive(Deserialize)]
struct Tap {
    message_id: i64,
    data: String,
}

async fn tap(State(context): State<Context>, Path(person): Path<i64>, bytes: Bytes) -> Answer<Json<Value>> {
    known(&context, person)?;
    let Tap { message_id, data } = body(&bytes)?;
    let callback = context.telegram.tap(person, message_id, &data);
    Ok(Json(json!({ "callback_id": callback })))
}

#[derive(Deserialize)]
struct Block {
    blocked: bool,
}

async fn block(State(context): State<Context>, Path(person): Path<i64>, bytes: Bytes) -> Answer<Json<Value>> {
    known(&context, person)?;
    let Block { blocked } = body(&bytes)?;
    context.telegram.block_bot(person, blocked);
    Ok(Json(json!({ "blocked": blocked })))
}
