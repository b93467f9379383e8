//! The whole bot, driven through the sandbox. One program, so that one server and one build serve all tests.

// It always holds here, and tells the lints for tests that this is one.
#![cfg(test)]

mod aftercare;
mod backup;
mod booking;
mod changes;
mod conversation;
mod crash;
mod exports;
mod fuzz;
mod harness;
mod legal;
mod locks;
mod messages;
mod misfortune;
mod money;
mod moving;
mod offers;
mod outbox;
mod page;
mod policies;
mod privacy;
mod races;
mod reminders;
mod schema;
mod screens;
mod series;
mod staff;
mod storm;
mod tidy;
mod waitlist;
mod webhook;
