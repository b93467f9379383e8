//! The judge's findings in words, for the chat and for the command line.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::Tr;
use crate::{
    domain::slots::{Audience, Finding, Oddity, Refusal, Rule},
    services::staff::{Answer, Why},
    t,
};

impl Tr {
    /// Why a time is offered or not: a heading, and then a line for each rule of each service. Plain text.
    pub fn why(self, why: &Why, now: DateTime<Utc>) -> Vec<String> {
        let name = || why.master.get(self.language()).to_owned();
        let when = self.when(why.start, why.zone, now);
        let mut lines = vec![t!(self, "why", master = name(), when = when)];
        if !why.is_active {
            lines.push(t!(self, "why-inactive", master = name()));
        } else if why.answers.is_empty() {
            lines.push(t!(self, "why-nothing", master = name()));
        }
        let differ = why
            .answers
            .windows(2)
            .any(|pair| pair.first().map(|one| &one.location) != pair.last().map(|one| &one.location));
        for answer in &why.answers {
            lines.extend(self.answer(answer, differ, now));
        }
        lines
    }

    /// Names the location where there is more than one.
    fn answer(self, answer: &Answer, names_location: bool, now: DateTime<Utc>) -> Vec<String> {
        let zone = answer.zone;
        let names: Vec<&str> = answer.services.iter().map(|names| names.get(self.language())).collect();
        let services = if names_location {
            format!("{} · {}", names.join(", "), answer.location.get(self.language()))
        } else {
            names.join(", ")
        };
        let is_offered = answer.findings.iter().all(|finding| finding.verdict == Some(Ok(())));
        let heading = if is_offered {
            t!(self, "why-yes", services = services)
        } else {
            t!(self, "why-no", services = services)
        };
        let lines = answer.findings.iter().filter_map(|finding| match finding.verdict? {
            Ok(()) => Some(format!("+ {}", self.kept(*finding, zone)?)),
            Err(refusal) => Some(format!("− {}", self.refused(refusal, zone, now))),
        });
        // A blank line between the services.
        [String::new(), heading]
            .into_iter()
            .chain(lines)
            .chain([format!("· {}", t!(self, "why-other"))])
            .collect()
    }

    /// `None` for rules that can only be asked of a client.
    fn kept(self, finding: Finding, zone: Tz) -> Option<String> {
        Some(match finding.rule {
            Rule::Client | Rule::Limit | Rule::OwnVisits => return None,
            Rule::Services => t!(self, "why-services"),
            Rule::Lead => t!(self, "why-lead"),
            Rule::Horizon => t!(self, "why-horizon"),
            Rule::Hours => {
                let hours = finding.hours?;
                t!(
                    self,
                    "why-hours",
                    from = self.time(hours.start(), zone),
                    to = self.time(hours.end(), zone)
                )
            }
            Rule::Grid => t!(self, "why-grid"),
            Rule::TimeOff => t!(self, "why-time-off"),
            Rule::Breaks => t!(self, "why-breaks"),
            Rule::Length => t!(self, "why-length"),
            Rule::Master => t!(self, "why-master"),
            Rule::Resource => t!(self, "why-resource"),
        })
    }

    fn refused(self, refusal: Refusal, zone: Tz, now: DateTime<Utc>) -> String {
        let time = |instant| self.time(instant, zone);
        let when = |instant| self.when(instant, zone, now);
        match refusal {
            Refusal::Odd(Oddity::Exclusive) => t!(self, "why-not-exclusive"),
            Refusal::Odd(Oddity::LoneAddon) => t!(self, "why-not-addon"),
            Refusal::Odd(Oddity::NotFor(Audience::Known)) => t!(self, "why-not-known"),
            Refusal::Odd(Oddity::NotFor(_)) => t!(self, "why-not-new"),
            Refusal::TooSoon { earliest } => t!(self, "why-not-lead", when = when(earliest)),
            Refusal::TooFar { last } => t!(self, "why-not-horizon", day = self.date_short(last)),
            Refusal::Closed => t!(self, "why-not-hours"),
            Refusal::OffGrid { before, after } => {
                t!(self, "why-not-grid", before = time(before), after = time(after))
            }
            Refusal::Away(off) => {
                t!(self, "why-not-time-off", from = when(off.start()), to = when(off.end()))
            }
            Refusal::Break(pause) => {
                t!(self, "why-not-breaks", from = time(pause.start()), to = time(pause.end()))
            }
            Refusal::TooLong { ends } => t!(self, "why-not-length", time = time(ends)),
            Refusal::Taken(visit) => {
                t!(self, "why-not-master", from = time(visit.start()), to = time(visit.end()))
            }
            Refusal::NoResource(_) => t!(self, "why-not-resource"),
            // Nobody asks on behalf of a client.
            Refusal::Blocked | Refusal::TooMany { .. } | Refusal::OwnVisit(_) => t!(self, "why-other"),
        }
    }
}
