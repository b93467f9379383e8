//! The sandbox over HTTP, as a bot, a webhook and the page meet it.

mod bot_api;
mod control;
mod faults;
mod payments;
mod stars;
mod support;
mod updates;
