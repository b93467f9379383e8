//! What decides whether a time can be booked: a location's rules, who the client is, and the reasons to refuse.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::domain::{
    ids::KindId,
    ranges::{Range, Ranges},
    time,
};

/// A location's rules of booking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    pub zone: Tz,
    /// Minutes between offered times, counted from the start of the working hours.
    pub step: u32,
    /// Minutes between now and the earliest offered time.
    pub lead: u32,
    /// Days after today that can still be booked.
    pub horizon: u32,
    /// Whether times that leave no unusable gap are preferred: marked, and offered before others.
    pub tidy: bool,
    pub limits: Limits,
}

/// How many visits a client may have ahead; `None` is any number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Limits {
    pub visits: Option<u32>,
    /// Of somebody who has not been here yet.
    pub new: Option<u32>,
    /// Of somebody whom the staff has flagged.
    pub flagged: Option<u32>,
}

impl Rules {
    pub fn today(&self, now: DateTime<Utc>) -> NaiveDate {
        time::local_date(self.zone, now)
    }

    pub fn last_day(&self, now: DateTime<Utc>) -> NaiveDate {
        let today = self.today(now);
        today.checked_add_days(Days::new(u64::from(self.horizon))).unwrap_or(today)
    }

    pub fn earliest(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        now + TimeDelta::minutes(i64::from(self.lead))
    }
}

/// What the staff thinks of a client. The labels in the database are the snake-case names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Regard {
    #[default]
    Plain,
    /// May book, but fewer visits at a time.
    Flagged,
    /// Cannot book here.
    Blocked,
}

impl Regard {
    pub const ALL: [Regard; 3] = [Regard::Plain, Regard::Flagged, Regard::Blocked];

    pub fn label(self) -> &'static str {
        match self {
            Regard::Plain => "plain",
            Regard::Flagged => "flagged",
            Regard::Blocked => "blocked",
        }
    }

    pub fn from_label(label: &str) -> Option<Regard> {
        Regard::ALL.into_iter().find(|regard| regard.label() == label)
    }
}

/// For whom a service is. The labels in the database are the snake-case names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Audience {
    #[default]
    Everyone,
    /// Who has not been here yet.
    New,
    /// Who has been here.
    Known,
}

impl Audience {
    pub const ALL: [Audience; 3] = [Audience::Everyone, Audience::New, Audience::Known];

    pub fn label(self) -> &'static str {
        match self {
            Audience::Everyone => "everyone",
            Audience::New => "new",
            Audience::Known => "known",
        }
    }

    pub fn from_label(label: &str) -> Option<Audience> {
        Audience::ALL.into_iter().find(|audience| audience.label() == label)
    }

    /// Whether it includes somebody who is known, or is not.
    pub fn includes(self, is_known: bool) -> bool {
        match self {
            Audience::Everyone => true,
            Audience::New => !is_known,
            Audience::Known => is_known,
        }
    }
}

/// The client as far as booking is concerned.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Guest {
    pub regard: Regard,
    /// Whether a visit of theirs has taken place.
    pub is_known: bool,
    /// Visits ahead, without the one that is being moved; a series counts once.
    pub ahead: u32,
    /// Their own live visits, without buffers and without the one that is being moved.
    pub busy: Ranges,
}

impl Guest {
    /// How many visits they may have ahead.
    pub fn limit(&self, limits: Limits) -> Option<u32> {
        let of_new = limits.new.filter(|_| !self.is_known);
        let of_flagged = limits.flagged.filter(|_| self.regard == Regard::Flagged);
        [limits.visits, of_new, of_flagged].into_iter().flatten().min()
    }
}

/// What is odd about the wished services themselves, whoever gives them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Oddity {
    /// Two of them exclude each other.
    Exclusive,
    /// An add-on without the service that it goes with.
    LoneAddon,
    /// One of them is only for who has not been here yet, or only for who has.
    NotFor(Audience),
}

/// A rule that a time must obey, in the order in which they are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// The client is welcome.
    Client,
    /// The services go together and are for this client.
    Services,
    /// The client has not too many visits ahead.
    Limit,
    Lead,
    Horizon,
    /// The master works then.
    Hours,
    /// The start is one of the offered ones.
    Grid,
    TimeOff,
    Breaks,
    /// What is left of the working hours is long enough.
    Length,
    /// No other visit of the master's is in the way.
    Master,
    /// A room or piece of equipment is free.
    Resource,
    /// No other visit of the client's is in the way.
    OwnVisits,
}

impl Rule {
    pub const ALL: [Rule; 13] = [
        Rule::Client,
        Rule::Services,
        Rule::Limit,
        Rule::Lead,
        Rule::Horizon,
        Rule::Hours,
        Rule::Grid,
        Rule::TimeOff,
        Rule::Breaks,
        Rule::Length,
        Rule::Master,
        Rule::Resource,
        Rule::OwnVisits,
    ];
}

/// Why a time cannot be booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    Blocked,
    Odd(Oddity),
    /// The client has as many visits ahead as they may have.
    TooMany {
        limit: u32,
    },
    TooSoon {
        earliest: DateTime<Utc>,
    },
    TooFar {
        last: NaiveDate,
    },
    /// The master does not work then.
    Closed,
    /// The neighbours that are offered; the first may lie before the working hours began.
    OffGrid {
        before: DateTime<Utc>,
        after: DateTime<Utc>,
    },
    Away(Range),
    Break(Range),
    /// The visit would run past the end of the working hours.
    TooLong {
        ends: DateTime<Utc>,
    },
    /// What another visit of the master occupies.
    Taken(Range),
    /// No resource of a kind is free.
    NoResource(KindId),
    /// Another visit of the same client.
    OwnVisit(Range),
}

impl Refusal {
    /// The rule that refuses.
    pub fn rule(self) -> Rule {
        match self {
            Refusal::Blocked => Rule::Client,
            Refusal::Odd(_) => Rule::Services,
            Refusal::TooMany { .. } => Rule::Limit,
            Refusal::TooSoon { .. } => Rule::Lead,
            Refusal::TooFar { .. } => Rule::Horizon,
            Refusal::Closed => Rule::Hours,
            Refusal::OffGrid { .. } => Rule::Grid,
            Refusal::Away(_) => Rule::TimeOff,
            Refusal::Break(_) => Rule::Breaks,
            Refusal::TooLong { .. } => Rule::Length,
            Refusal::Taken(_) => Rule::Master,
            Refusal::NoResource(_) => Rule::Resource,
            Refusal::OwnVisit(_) => Rule::OwnVisits,
        }
    }

    /// Whether no other time would do any better.
    pub fn is_about_the_wish(self) -> bool {
        self.rule() <= Rule::Limit
    }
}
