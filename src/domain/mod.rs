//! What a booking is, and when it may be. Pure: no I/O, no clock, no database, no texts.

pub mod booking;
pub mod catalog;
pub mod conversation;
pub mod ids;
pub mod language;
pub mod money;
pub mod month;
pub mod ranges;
pub mod series;
pub mod slots;
pub mod time;
