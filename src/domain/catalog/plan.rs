//! The whole catalog as a file describes it; references are by key.

use chrono::{DateTime, NaiveDate, Utc};

use crate::domain::{
    attendance::NoShowRule,
    booking::Terms,
    deposit,
    ids::TelegramId,
    language::LocalText,
    money::{Currency, Money},
    promo::Off,
    reminder::Lead,
    slots::{Audience, Hours, Rules},
};

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    pub locations: Vec<LocationPlan>,
    pub resources: Vec<ResourcePlan>,
    pub services: Vec<ServicePlan>,
    pub masters: Vec<MasterPlan>,
    pub vouchers: Vec<VoucherPlan>,
    pub promos: Vec<PromoPlan>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocationPlan {
    pub key: String,
    pub names: LocalText,
    pub address: String,
    pub currency: Currency,
    pub rules: Rules,
    pub terms: Terms,
    pub hold: u32,
    pub care: Care,
    /// What clients pay beforehand, unless the service says otherwise.
    pub deposits: deposit::Rules,
}

/// How a location looks after its clients between the booking and the visit, and after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Care {
    /// When clients are reminded, unless the service says otherwise.
    pub reminders: Vec<Lead>,
    pub no_shows: NoShowRule,
    /// Whether the staff must approve what flagged clients book.
    pub approve_flagged: bool,
    /// Minutes that a waiting client has for an offered time.
    pub offer: u32,
    /// Whether messages keep to themselves what a visit is for; `None` is with therapists only.
    pub discreet: Option<bool>,
}

impl Default for Care {
    fn default() -> Care {
        Care {
            reminders: vec![Lead::of_minutes(24 * 60), Lead::of_minutes(3 * 60)],
            no_shows: NoShowRule { flag_after: None, forgive_after: 3 },
            approve_flagged: false,
            offer: 15,
            discreet: None,
        }
    }
}

/// A room or a piece of equipment; any free one of its kind will do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourcePlan {
    pub key: String,
    pub kind: String,
    pub location: String,
    pub names: LocalText,
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
    /// The kind of resource that it needs one of.
    pub needs: Option<String>,
    pub audience: Audience,
    /// In the order of the file's services.
    pub addon_to: Vec<String>,
    /// In the order of the file's services; said by both of them.
    pub excludes: Vec<String>,
    /// The most visits of a series.
    pub most_repeats: Option<u32>,
    /// When its clients are reminded; `None` is as the location says.
    pub reminders: Option<Vec<Lead>>,
    pub deposits: deposit::Rules,
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

/// A voucher that can be bought: worth its price, or so many visits of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoucherPlan {
    pub key: String,
    pub location: String,
    pub names: LocalText,
    /// A service and how many visits of it.
    pub visits: Option<(String, u32)>,
    pub price: Money,
    /// Days from its payment on which it can be used.
    pub valid_days: u32,
}

/// A code that makes a visit cheaper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromoPlan {
    /// In capitals, digits and hyphens.
    pub code: String,
    pub location: String,
    pub off: Off,
    /// The first and last day on which it can be used, in the location's zone.
    pub from: Option<NaiveDate>,
    pub until: Option<NaiveDate>,
    pub most_uses: Option<u32>,
    pub most_per_client: Option<u32>,
    pub audience: Audience,
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
