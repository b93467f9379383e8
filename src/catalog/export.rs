//! A plan as the text of a catalog file, so that what is in force can be edited and applied again.

use std::fmt::Display;

use chrono::Weekday;
use chrono_tz::Tz;

use super::{
    deposits,
    locations::{DEFAULT_LATE_FEE, late_cancel},
    units::{MINUTES_A_DAY, clock_text, duration, edges, lead_text, weekdays_text},
};
use crate::domain::{
    catalog::{
        Care, HoursPlan, LocationPlan, MasterPlan, Plan, PromoPlan, ResourcePlan, ServicePlan, SkillPlan,
        VoucherPlan,
    },
    language::{Language, LocalText},
    promo::Off,
    reminder::Lead,
    slots::Audience,
};

/// The plan as a catalog file that [`parse`](super::parse) reads back to an equal plan.
pub fn write(plan: &Plan) -> String {
    let has_choice = plan.locations.len() > 1;
    let locations = plan.locations.iter().map(location);
    let resources = plan.resources.iter().map(|entry| resource(entry, has_choice));
    let services = (0..).zip(&plan.services).map(|(done, entry)| {
        let earlier: Vec<&str> =
            plan.services.iter().take(done).map(|service| service.key.as_str()).collect();
        service(entry, &earlier, has_choice)
    });
    let masters = plan.masters.iter().map(|entry| master(entry, &plan.locations, has_choice));
    let vouchers = plan.vouchers.iter().map(|entry| voucher(entry, has_choice));
    let promos = plan.promos.iter().map(|entry| promo(entry, has_choice));
    let entries = locations.chain(resources).chain(services).chain(masters).chain(vouchers).chain(promos);
    entries.collect::<Vec<_>>().join("\n")
}

fn location(entry: &LocationPlan) -> String {
    let mut table = Table::new("location");
    table.line("key", text(&entry.key));
    table.line("name", names(&entry.names));
    if !entry.address.is_empty() {
        table.line("address", text(&entry.address));
    }
    table.line("zone", text(entry.rules.zone.name()));
    table.line("currency", text(entry.currency.code()));
    table.line("slot_step", text(&duration(entry.rules.step)));
    table.line("hold", text(&duration(entry.hold)));
    table.line("lead", text(&duration(entry.rules.lead)));
    table.line("horizon", text(&format!("{} days", entry.rules.horizon)));
    table.line("cancel_notice", text(&duration(entry.terms.cancel_notice)));
    if entry.terms.move_notice != entry.terms.cancel_notice {
        table.line("move_notice", text(&duration(entry.terms.move_notice)));
    }
    if entry.terms.late_cancel {
        table.line("late_cancel", text(late_cancel(true)));
    }
    if entry.terms.late_fee != DEFAULT_LATE_FEE {
        table.line("late_fee", text(&format!("{}%", entry.terms.late_fee)));
    }
    if entry.rules.tidy {
        table.line("tidy_day", true);
    }
    let limits = entry.rules.limits;
    table.some("most_visits", limits.visits);
    table.some("most_visits_new", limits.new);
    table.some("most_visits_flagged", limits.flagged);
    let (care, usual) = (&entry.care, Care::default());
    if care.reminders != usual.reminders {
        table.line("reminders", leads(&care.reminders));
    }
    table.some("flag_after", care.no_shows.flag_after);
    if care.no_shows.forgive_after != usual.no_shows.forgive_after {
        table.line("forgive_after", care.no_shows.forgive_after);
    }
    if care.approve_flagged {
        table.line("approve_flagged", true);
    }
    table.some("discreet", care.discreet);
    if care.offer != usual.offer {
        table.line("offer", text(&duration(care.offer)));
    }
    for (name, rule) in deposits::texts(entry.deposits, entry.currency) {
        table.line(name, text(&rule));
    }
    table.into_text()
}

fn resource(entry: &ResourcePlan, has_choice: bool) -> String {
    let mut table = Table::new("resource");
    table.line("key", text(&entry.key));
    table.line("kind", text(&entry.kind));
    if has_choice {
        table.line("location", text(&entry.location));
    }
    table.line("name", names(&entry.names));
    table.into_text()
}

/// That two services exclude each other is said once, by the later one.
fn service(entry: &ServicePlan, earlier: &[&str], has_choice: bool) -> String {
    let mut table = Table::new("service");
    table.line("key", text(&entry.key));
    if has_choice {
        table.line("location", text(&entry.location));
    }
    table.line("name", names(&entry.names));
    table.line("duration", text(&duration(entry.minutes)));
    table.line("price", text(&entry.price.decimal()));
    for (name, minutes) in [("buffer_before", entry.buffer_before), ("buffer_after", entry.buffer_after)] {
        if minutes > 0 {
            table.line(name, text(&duration(minutes)));
        }
    }
    table.some("needs", entry.needs.as_deref().map(text));
    if entry.audience != Audience::default() {
        table.line("clients", text(entry.audience.label()));
    }
    let excluded = entry.excludes.iter().filter(|other| earlier.contains(&other.as_str()));
    table.some("addon_to", keys(entry.addon_to.iter()));
    table.some("excludes", keys(excluded));
    table.some("series", entry.most_repeats);
    table.some("reminders", entry.reminders.as_deref().map(leads));
    for (name, rule) in deposits::texts(entry.deposits, entry.price.currency()) {
        table.line(name, text(&rule));
    }
    table.into_text()
}

fn leads(leads: &[Lead]) -> String {
    let leads: Vec<String> = leads.iter().map(|lead| text(&lead_text(*lead))).collect();
    format!("[{}]", leads.join(", "))
}

/// A list in one line; `None` when there is nothing to list.
fn keys<'a>(keys: impl Iterator<Item = &'a String>) -> Option<String> {
    let keys: Vec<String> = keys.map(|key| text(key)).collect();
    (!keys.is_empty()).then(|| format!("[{}]", keys.join(", ")))
}

fn master(entry: &MasterPlan, locations: &[LocationPlan], has_choice: bool) -> String {
    let mut table = Table::new("master");
    table.line("key", text(&entry.key));
    table.line("name", names(&entry.names));
    table.line("role", text(entry.role.label()));
    table.some("telegram", entry.telegram);
    table.list("skills", entry.skills.iter().map(skill));
    table.list(
        "hours",
        by_days(&entry.hours).into_iter().map(|(days, entry)| hours(&days, entry, has_choice)),
    );
    if !entry.time_off.is_empty() {
        let zone = zone_of_dates(entry, locations);
        table.list(
            "time_off",
            entry.time_off.iter().map(|(start, end)| {
                let (from, to) = edges(zone, *start, *end);
                inline(&[("from", text(&from)), ("to", text(&to))])
            }),
        );
    }
    table.into_text()
}

fn skill(entry: &SkillPlan) -> String {
    if entry.minutes.is_none() && entry.price.is_none() {
        return text(&entry.service);
    }
    let mut fields = vec![("service", text(&entry.service))];
    fields.extend(entry.minutes.map(|minutes| ("duration", text(&duration(minutes)))));
    fields.extend(entry.price.map(|price| ("price", text(&price.decimal()))));
    inline(&fields)
}

/// The days that have the same hours, in the order of their first.
fn by_days(hours: &[HoursPlan]) -> Vec<(Vec<Weekday>, &HoursPlan)> {
    let mut groups: Vec<(Vec<Weekday>, &HoursPlan)> = Vec::new();
    let is_same = |one: &HoursPlan, other: &HoursPlan| {
        one.location == other.location
            && (one.hours.starts, one.hours.ends, &one.hours.breaks)
                == (other.hours.starts, other.hours.ends, &other.hours.breaks)
    };
    for entry in hours {
        match groups.iter_mut().find(|(_, first)| is_same(first, entry)) {
            Some((days, _)) => days.push(entry.hours.weekday),
            None => groups.push((vec![entry.hours.weekday], entry)),
        }
    }
    groups
}

fn hours(days: &[Weekday], entry: &HoursPlan, has_choice: bool) -> String {
    let work = &entry.hours;
    let mut fields = vec![
        ("days", text(&weekdays_text(days))),
        ("from", text(&clock_text(work.starts))),
        ("to", text(&after(work.ends, work.starts))),
    ];
    if !work.breaks.is_empty() {
        let pause = |(starts, ends): &(u32, u32)| {
            text(&format!("{}-{}", after(*starts, work.starts), after(*ends, *starts)))
        };
        fields
            .push(("breaks", format!("[{}]", work.breaks.iter().map(pause).collect::<Vec<_>>().join(", "))));
    }
    if has_choice {
        fields.push(("location", text(&entry.location)));
    }
    inline(&fields)
}

/// A time that is read as the first one after `earlier`: in the night after the work it shows what the clock shows.
fn after(minutes: u32, earlier: u32) -> String {
    match minutes.checked_sub(MINUTES_A_DAY) {
        Some(night) if night > 0 && night < earlier => clock_text(night),
        _ => clock_text(minutes),
    }
}

/// What the dates of a master's time off are read in.
fn zone_of_dates(entry: &MasterPlan, locations: &[LocationPlan]) -> Tz {
    let first = entry.hours.first().map(|hours| hours.location.as_str());
    let location = locations.iter().find(|location| Some(location.key.as_str()) == first);
    location.map_or(Tz::UTC, |location| location.rules.zone)
}

fn voucher(entry: &VoucherPlan, has_choice: bool) -> String {
    let mut table = Table::new("voucher");
    table.line("key", text(&entry.key));
    if has_choice {
        table.line("location", text(&entry.location));
    }
    table.line("name", names(&entry.names));
    if let Some((service, visits)) = &entry.visits {
        table.line("service", text(service));
        table.line("visits", visits);
    }
    table.line("price", text(&entry.price.decimal()));
    table.line("valid", text(&format!("{} days", entry.valid_days)));
    table.into_text()
}

fn promo(entry: &PromoPlan, has_choice: bool) -> String {
    let mut table = Table::new("promo");
    table.line("code", text(&entry.code));
    if has_choice {
        table.line("location", text(&entry.location));
    }
    table.line("off", text(&off(entry.off)));
    table.some("from", entry.from.map(|day| text(&day.to_string())));
    table.some("until", entry.until.map(|day| text(&day.to_string())));
    table.some("limit", entry.most_uses);
    table.some("per_client", entry.most_per_client);
    if entry.audience != Audience::default() {
        table.line("clients", text(entry.audience.label()));
    }
    table.into_text()
}

fn off(off: Off) -> String {
    match off {
        Off::Percent(percent) => format!("{percent}%"),
        Off::Amount(amount) => amount.decimal(),
    }
}

/// A name that is the same for everybody is a plain text.
fn names(names: &LocalText) -> String {
    let texts = names.texts();
    match texts.get(Language::DEFAULT.code()) {
        Some(only) if texts.len() == 1 => text(only),
        _ => inline(&texts.iter().map(|(code, name)| (code.as_str(), text(name))).collect::<Vec<_>>()),
    }
}

fn text(text: &str) -> String {
    toml::Value::from(text).to_string()
}

fn inline(fields: &[(&str, String)]) -> String {
    let fields: Vec<String> = fields.iter().map(|(name, value)| format!("{name} = {value}")).collect();
    format!("{{ {} }}", fields.join(", "))
}

/// The lines of one entry.
struct Table(Vec<String>);

impl Table {
    fn new(kind: &str) -> Table {
        Table(vec![format!("[[{kind}]]")])
    }

    fn line(&mut self, name: &str, value: impl Display) {
        self.0.push(format!("{name} = {value}"));
    }

    fn some(&mut self, name: &str, value: Option<impl Display>) {
        if let Some(value) = value {
            self.line(name, value);
        }
    }

    fn list(&mut self, name: &str, items: impl Iterator<Item = String>) {
        self.0.push(format!("{name} = ["));
        self.0.extend(items.map(|item| format!("    {item},")));
        self.0.push("]".to_owned());
    }

    fn into_text(self) -> String {
        self.0.join("\n") + "\n"
    }
}
