//! A stateful Telegram: people, private chats, one bot. HTTP only translates to it.

mod commands;
mod entities;
mod error;
mod faults;
mod files;
mod html;
mod invoices;
mod keyboard;
mod late;
mod links;
mod looks;
mod markdown;
mod media;
mod methods;
mod params;
mod payments;
mod people;
mod render;
mod send;
mod state;
mod updates;
mod view;
mod webhook;
mod wire;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, watch};

pub use self::entities::Entity;
pub(crate) use self::error::ApiError;
pub use self::faults::{Fault, FaultKind};
pub(crate) use self::files::{MAX_UPLOAD, picture_size};
pub use self::keyboard::{Button, ButtonKind, Keyboard, ReplyButton};
pub(crate) use self::methods::{Answer, Method};
pub(crate) use self::params::{Params, Upload};
pub(crate) use self::payments::amount_text;
pub use self::payments::{CheckoutState, Payment};
pub(crate) use self::people::own_card;
use self::state::State;
pub(crate) use self::updates::{Batch, other_poller, webhook_set_meanwhile};
pub use self::view::{
    BotCommand, Call, CallbackAnswer, Chat, Contact, Content, Message, NewPerson, Person, StoredFile,
};
pub(crate) use self::webhook::{Delivery, Retry};
use crate::clock::Clock;

/// A handle on the sandbox's Telegram; clones share it.
#[derive(Clone)]
pub struct Telegram(Arc<Shared>);

struct Shared {
    token: String,
    clock: Clock,
    state: Mutex<State>,
    changes: watch::Sender<u64>,
    arrivals: watch::Sender<u64>,
    /// Something is to be paid later.
    late: Notify,
}

impl Telegram {
    pub(crate) fn new(token: String, clock: Clock) -> Self {
        let state = Mutex::new(State::new(&token, clock.clone()));
        Self(Arc::new(Shared {
            token,
            clock,
            state,
            changes: watch::Sender::new(0),
            arrivals: watch::Sender::new(0),
            late: Notify::new(),
        }))
    }

    pub(crate) fn token(&self) -> &str {
        &self.0.token
    }

    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state and says so.
    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let result = change(&mut self.state());
        self.0.changes.send_modify(|version| *version += 1);
        result
    }

    /// Wakes pollers and the webhook.
    fn updates_arrived(&self) {
        self.0.arrivals.send_modify(|version| *version += 1);
    }

    pub(crate) fn arrivals(&self) -> watch::Receiver<u64> {
        self.0.arrivals.subscribe()
    }

    /// Rises with every change of the state.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.0.changes.subscribe()
    }
}
