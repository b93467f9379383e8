//! The Telegram adapter, and the only module that knows teloxide.

mod bots;
mod callback;
pub mod commands;
mod decode;
mod errors;
mod guard;
pub mod poll;
pub mod pump;
mod render;
pub mod screens;
mod tree;
mod view;

pub use self::{
    bots::Bots,
    callback::{Callback, MAX_BYTES as CALLBACK_MAX_BYTES},
    errors::SetupError,
    view::{Button, Keyboard, View},
};
