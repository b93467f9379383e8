//! Bot API objects, exactly as the reference describes them.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use super::entities;
use super::state::{Body, FileRef, Member, State, Stored};
use super::view::Person;

/// `User` of a person.
pub(crate) fn user(person: &Person) -> Value {
    let mut user = Map::new();
    user.insert("id".to_owned(), json!(person.id));
    user.insert("is_bot".to_owned(), json!(false));
    user.insert("first_name".to_owned(), json!(person.first_name));
    optional(&mut user, "last_name", person.last_name.as_ref());
    optional(&mut user, "username", person.username.as_ref());
    optional(&mut user, "language_code", person.language.as_ref());
    Value::Object(user)
}

/// `User` of the bot.
pub(crate) fn bot(state: &State) -> Value {
    json!({
        "id": state.bot.id,
        "is_bot": true,
        "first_name": state.bot.first_name,
        "username": state.bot.username,
    })
}

/// `User` of the bot as `getMe` returns it.
pub(crate) fn me(state: &State) -> Value {
    json!({
        "id": state.bot.id,
        "is_bot": true,
        "first_name": state.bot.first_name,
        "username": state.bot.username,
        "can_join_groups": false,
        "can_read_all_group_messages": false,
        "supports_inline_queries": false,
        "can_connect_to_business": false,
        "has_main_web_app": false,
        "has_topics_enabled": false,
        "allows_users_to_create_topics": false,
        "can_manage_bots": false,
    })
}

/// `Chat` of a person's private chat.
pub(crate) fn chat(person: &Person) -> Value {
    let mut chat = Map::new();
    chat.insert("id".to_owned(), json!(person.id));
    chat.insert("first_name".to_owned(), json!(person.first_name));
    optional(&mut chat, "last_name", person.last_name.as_ref());
    optional(&mut chat, "username", person.username.as_ref());
    chat.insert("type".to_owned(), json!("private"));
    Value::Object(chat)
}

/// `Message`.
pub(crate) fn message(state: &State, member: &Member, stored: &Stored) -> Value {
    let mut message = without_reply(state, member, stored);
    if let Some(replied) = stored.extras.reply_to.and_then(|id| member.messages.get(&id)) {
        // Telegram shows one level only.
        let replied = without_reply(state, member, replied);
        message.insert("reply_to_message".to_owned(), Value::Object(replied));
    }
    Value::Object(message)
}

fn without_reply(state: &State, member: &Member, stored: &Stored) -> Map<String, Value> {
    let mut message = Map::new();
    message.insert("message_id".to_owned(), json!(stored.id));
    let from = if stored.from_bot { bot(state) } else { user(&member.person) };
    message.insert("from".to_owned(), from);
    message.insert("chat".to_owned(), chat(&member.person));
    message.insert("date".to_owned(), json!(stored.at.timestamp()));
    if let Some(edited) = stored.edited_at {
        message.insert("edit_date".to_owned(), json!(edited.timestamp()));
    }
    body(&mut message, stored);
    text(&mut message, state, stored);
    let extras = &stored.extras;
    optional(&mut message, "media_group_id", extras.media_group.as_ref());
    optional(&mut message, "effect_id", extras.effect.as_ref());
    optional(&mut message, "link_preview_options", extras.link_preview.as_ref());
    for (name, is_set) in [
        ("has_protected_content", extras.protected),
        ("show_caption_above_media", extras.caption_above),
        ("has_media_spoiler", extras.spoiler),
    ] {
        if is_set {
            message.insert(name.to_owned(), json!(true));
        }
    }
    optional(&mut message, "reply_markup", stored.markup.inline.as_ref());
    message
}

fn text(message: &mut Map<String, Value>, state: &State, stored: &Stored) {
    let (text, entities) = match stored.body {
        Body::Text => ("text", "entities"),
        Body::Photo(_) | Body::Document(_) => ("caption", "caption_entities"),
        Body::Contact(_)
        | Body::Location { .. }
        | Body::Sticker { .. }
        | Body::Invoice { .. }
        | Body::Paid(_)
        | Body::Refunded(_) => return,
    };
    if stored.text.text.is_empty() {
        return;
    }
    message.insert(text.to_owned(), json!(stored.text.text));
    if !stored.text.entities.is_empty() {
        let list = stored.text.entities.iter().map(|entity| {
            let named =
                entity.user_id.and_then(|id| state.people.get(&id)).map(|member| user(&member.person));
            entities::to_json(entity, named)
        });
        message.insert(entities.to_owned(), list.collect());
    }
}

fn body(message: &mut Map<String, Value>, stored: &Stored) {
    let (name, value) = match &stored.body {
        Body::Text => return,
        Body::Contact(contact) => {
            let mut card = Map::new();
            card.insert("phone_number".to_owned(), json!(contact.phone));
            card.insert("first_name".to_owned(), json!(contact.first_name));
            optional(&mut card, "last_name", contact.last_name.as_ref());
            optional(&mut card, "user_id", contact.user_id.as_ref());
            ("contact", Value::Object(card))
        }
        Body::Location { latitude, longitude } => {
            ("location", json!({ "latitude": latitude, "longitude": longitude }))
        }
        Body::Sticker { emoji, file } => (
            "sticker",
            json!({
                "file_id": file.id,
                "file_unique_id": file.unique_id,
                "type": "regular",
                "width": file.width,
                "height": file.height,
                "is_animated": false,
                "is_video": false,
                "emoji": emoji,
                "file_size": file.size,
            }),
        ),
        Body::Invoice { bill, .. } => (
            "invoice",
            json!({
                "title": bill.title,
                "description": bill.description,
                "start_parameter": bill.start_parameter,
                "currency": bill.currency,
                "total_amount": bill.total,
            }),
        ),
        Body::Paid(payment) => (
            "successful_payment",
            json!({
                "currency": payment.currency,
                "total_amount": payment.amount,
                "invoice_payload": payment.payload,
                "telegram_payment_charge_id": payment.charge,
                "provider_payment_charge_id": payment.provider_charge,
            }),
        ),
        Body::Refunded(payment) => (
            "refunded_payment",
            json!({
                "currency": payment.currency,
                "total_amount": payment.amount,
                "invoice_payload": payment.payload,
                "telegram_payment_charge_id": payment.charge,
            }),
        ),
        Body::Photo(file) => ("photo", json!([photo_size(file)])),
        Body::Document(file) => (
            "document",
            json!({
                "file_id": file.id,
                "file_unique_id": file.unique_id,
                "file_name": &*file.name,
                "mime_type": &*file.mime,
                "file_size": file.size,
            }),
        ),
    };
    message.insert(name.to_owned(), value);
}

fn photo_size(file: &FileRef) -> Value {
    json!({
        "file_id": file.id,
        "file_unique_id": file.unique_id,
        "width": file.width,
        "height": file.height,
        "file_size": file.size,
    })
}

/// `InaccessibleMessage`: what a tap on a message that is gone carries.
pub(crate) fn inaccessible(member: &Member, message_id: i64) -> Value {
    json!({ "chat": chat(&member.person), "message_id": message_id, "date": 0 })
}

/// `ChatMemberUpdated` of a person who blocks or unblocks the bot.
pub(crate) fn membership(state: &State, member: &Member, at: DateTime<Utc>, now_blocked: bool) -> Value {
    let status = |blocked: bool| {
        if blocked {
            json!({ "user": bot(state), "status": "kicked", "until_date": 0 })
        } else {
            json!({ "user": bot(state), "status": "member" })
        }
    };
    json!({
        "chat": chat(&member.person),
        "from": user(&member.person),
        "date": at.timestamp(),
        "old_chat_member": status(!now_blocked),
        "new_chat_member": status(now_blocked),
    })
}

fn optional<T: serde::Serialize>(object: &mut Map<String, Value>, name: &str, value: Option<&T>) {
    if let Some(value) = value {
        object.insert(name.to_owned(), json!(value));
    }
}
