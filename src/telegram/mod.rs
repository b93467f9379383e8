//! The Telegram adapter, and the only module that knows teloxide.

pub mod backups;
mod bots;
mod callback;
pub mod checkout;
pub mod commands;
mod decode;
mod errors;
pub mod exports;
mod guard;
mod payments;
pub mod poll;
pub mod pump;
mod render;
pub mod screens;
pub mod sender;
pub mod stars;
mod tree;
mod view;

pub use self::{
    bots::Bots,
    callback::{Callback, MAX_BYTES as CALLBACK_MAX_BYTES, STANDING},
    errors::SetupError,
    view::{Button, Keyboard, View},
};
