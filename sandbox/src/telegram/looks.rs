//! What people and tests look at.

use serde_json::Value;

use super::Telegram;
use super::faults::Fault;
use super::people::bot_card;
use super::render::render;
use super::state::{Body, Stored};
use super::view::{Call, Chat, Content, Message, Person, StoredFile};

impl Telegram {
    /// The chat of a person, as they see it; empty for somebody unknown.
    pub fn chat(&self, person: i64) -> Chat {
        let state = self.state();
        let Some(member) = state.people.get(&person) else {
            return Chat::default();
        };
        Chat {
            messages: member.messages.values().map(message).collect(),
            answers: member.answers.iter().cloned().collect(),
            version: member.version + state.commands.version(),
            action: member.current_action(),
            commands: state.commands.shown_to(&member.person),
            reply_keyboard: member.reply_keyboard.clone(),
        }
    }

    /// A file by its id.
    pub fn file(&self, file_id: &str) -> Option<StoredFile> {
        self.state().files.get(file_id)
    }

    /// How many updates the bot has not confirmed yet, by offset or by accepting the push.
    pub fn pending_updates(&self) -> usize {
        let state = self.state();
        state.updates.pending(state.now())
    }

    /// Taps that nobody answered, oldest first.
    pub fn unanswered_callbacks(&self) -> Vec<String> {
        self.state().unanswered_callbacks()
    }

    /// Every Bot API call since the start, up to the last 100 000.
    pub fn calls(&self) -> Vec<Call> {
        self.state().calls.iter().cloned().collect()
    }

    /// The last calls, oldest first.
    pub(crate) fn last_calls(&self, count: usize) -> Vec<Call> {
        let state = self.state();
        let skipped = state.calls.len().saturating_sub(count);
        state.calls.iter().skip(skipped).cloned().collect()
    }

    /// Lets something go wrong.
    pub fn add_fault(&self, fault: Fault) {
        self.change(|state| state.faults.add(fault));
    }

    /// Nothing goes wrong any more.
    pub fn clear_faults(&self) {
        self.change(|state| state.faults.clear());
    }

    /// Rises with everything that somebody can see.
    pub(crate) fn visible_version(&self) -> u64 {
        let state = self.state();
        let chats: u64 = state.people.values().map(|member| member.version).sum();
        chats + state.commands.version()
    }

    pub(crate) fn person(&self, id: i64) -> Option<Person> {
        let state = self.state();
        state.people.get(&id).map(|member| member.person.clone())
    }

    pub(crate) fn bot(&self) -> Value {
        bot_card(&self.state())
    }
}

fn message(stored: &Stored) -> Message {
    Message {
        id: stored.id,
        from_bot: stored.from_bot,
        at: stored.at,
        edited_at: stored.edited_at,
        text: stored.text.text.clone(),
        html: render(&stored.text.text, &stored.text.entities),
        entities: stored.text.entities.clone(),
        keyboard: stored.markup.keyboard.clone(),
        content: content(&stored.body),
    }
}

fn content(body: &Body) -> Content {
    match body {
        Body::Text => Content::Text,
        Body::Contact(contact) => Content::Contact(contact.clone()),
        Body::Location { latitude, longitude } => {
            Content::Location { latitude: *latitude, longitude: *longitude }
        }
        Body::Sticker { emoji, .. } => Content::Sticker { emoji: emoji.clone() },
        Body::Invoice { bill, is_paid } => Content::Invoice {
            title: bill.title.clone(),
            description: bill.description.clone(),
            currency: bill.currency.clone(),
            amount: bill.total,
            is_paid: *is_paid,
        },
        Body::Paid(payment) => Content::Paid(payment.clone()),
        Body::Refunded(payment) => Content::Refunded(payment.clone()),
        Body::Photo(file) => Content::Photo { file_id: file.id.clone() },
        Body::Document(file) => Content::Document {
            file_id: file.id.clone(),
            name: (*file.name).to_owned(),
            mime: (*file.mime).to_owned(),
            size: file.size,
        },
    }
}
