//! Vizit: a Telegram bot through which clients book visits with a therapist, a salon or a studio.

pub mod app;
pub mod backup;
pub mod catalog;
pub mod chart;
pub mod cli;
pub mod clock;
pub mod config;
pub mod db;
pub mod domain;
pub mod http;
pub mod i18n;
pub mod ics;
pub mod jobs;
pub mod scratch;
pub mod services;
pub mod telegram;
