//! What a business offers: live entities, and the plan that a catalog file describes.

use chrono::{DateTime, Utc};
use iso_currency::Currency;

use super::{
    ids::{LocationId, MasterId, ServiceId, TelegramId},
    language::LocalText,
    money::Money,
    slots::{Hours, Length, Rules, Timetable},
};

/// A place of the business, with its rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    pub id: LocationId,
    pub names: LocalText,
    pub address: String,
    pub rules: Rules,
    pub currency: Currency,
    /// Minutes that a picked time is held.
    pub hold: u32,
    /// Minutes before the start until which a client may cancel.
    pub cancel_notice: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    pub id: ServiceId,
    pub names: LocalText,
    pub minutes: u32,
    pub price: Money,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Master {
    pub id: MasterId,
    pub names: LocalText,
}

/// A master who can do all the wished services, with what it would take.
#[derive(Debug, Clone)]
pub struct Candidate {
    pub master: Master,
    /// In the order of the wish, with this master's durations and prices.
    pub items: Vec<super::booking::Item>,
    pub length: Length,
    pub price: Money,
    pub timetable: Timetable,
}

/// The whole catalog as a file describes it; references are by key.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    pub locations: Vec<LocationPlan>,
    pub services: Vec<ServicePlan>,
    pub masters: Vec<MasterPlan>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocationPlan {
    pub key: String,
    pub names: LocalText,
    pub address: String,
    pub currency: Currency,
    pub rules: Rules,
    pub hold: u32,
    pub cancel_notice: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServicePlan {
    pub key: String,
    pub location: String,
    pub names: LocalText,
    pub minutes: u32,
    pub price: Money,
    pub buffer_before: u32,
    pub buffer_after: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MasterPlan {
    pub key: String,
    pub names: LocalText,
    pub role: StaffRole,
    pub telegram: Option<TelegramId>,
    pub skills: Vec<SkillPlan>,
    pub hours: Vec<HoursPlan>,
    /// Pairs of start and end.
    pub time_off: Vec<(DateTime<Utc>, DateTime<Utc>)>,
}

/// A service that a master gives; `None` means as the service itself says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkillPlan {
    pub service: String,
    pub minutes: Option<u32>,
    pub price: Option<Money>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoursPlan {
    pub location: String,
    pub hours: Hours,
}

/// What a member of the staff is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StaffRole {
    Master,
    Therapist,
}

impl StaffRole {
    pub fn label(self) -> &'static str {
        match self {
            StaffRole::Master => "master",
            StaffRole::Therapist => "therapist",
        }
    }
}
