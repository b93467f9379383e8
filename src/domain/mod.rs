//! What a booking is, and when it may be. Pure: no I/O, no clock, no database, no texts.

pub mod attendance;
pub mod backup;
pub mod booking;
pub mod catalog;
pub mod conversation;
pub mod delay;
pub mod deposit;
pub mod export;
pub mod ids;
pub mod job;
pub mod language;
pub mod ledger;
pub mod message;
pub mod money;
pub mod month;
pub mod payment;
pub mod promo;
pub mod quiet;
pub mod ranges;
pub mod reminder;
pub mod series;
pub mod slots;
pub mod time;
pub mod voucher;
pub mod waitlist;
pub mod workload;
