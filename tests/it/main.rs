//! The whole bot, driven through the sandbox. One program, so that one server and one build serve all tests.

// It always holds here, and tells the lints for tests that this is one.
#![cfg(test)]

mod booking;
mod changes;
mod conversation;
mod crash;
mod fuzz;
mod harness;
mod locks;
mod misfortune;
mod moving;
mod offers;
mod page;
mod policies;
mod races;
mod schema;
mod screens;
mod series;
mod staff;
mod tidy;
mod webhook;
