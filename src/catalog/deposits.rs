//! What clients pay beforehand: "none", "full", a share such as "30%", or an amount.

use super::{
    check,
    fields::{Fields, Value},
    units,
};
use crate::domain::{
    deposit::{Rule, Rules},
    money::{Currency, Money},
};

/// The fields, in the order in which they are written.
pub(super) const FIELDS: [&str; 3] = ["deposit", "deposit_new", "deposit_flagged"];

/// What an entry says; the currency is that of its location.
pub(super) fn rules(fields: &Fields<'_>, currency: Option<Currency>) -> Option<Rules> {
    let [everyone, new, flagged] =
        FIELDS.map(|name| fields.optional(name, None, |value| rule(value, currency).map(Some)));
    Some(Rules { everyone: everyone?, new: new?, flagged: flagged? })
}

fn rule(value: &Value<'_>, currency: Option<Currency>) -> Option<Rule> {
    match value.is_text().then(|| value.text()).flatten() {
        Some("none") => return Some(Rule::None),
        Some("full") => return Some(Rule::Full),
        Some(text) if text.ends_with('%') => {
            return units::percent(text)
                .filter(|percent| (1..=99).contains(percent))
                .map(Rule::Percent)
                .or_else(|| value.refuse("must be between 1% and 99%; all of it is \"full\""));
        }
        _ => {}
    }
    let amount = check::price(value, currency)?;
    if amount.is_zero() {
        return value.refuse("cannot be nothing; say \"none\"");
    }
    Some(Rule::Fixed(amount.minor()))
}

/// What [`rules`] reads back.
pub(super) fn texts(rules: Rules, currency: Currency) -> impl Iterator<Item = (&'static str, String)> {
    let text = move |rule: Rule| match rule {
        Rule::None => "none".to_owned(),
        Rule::Full => "full".to_owned(),
        Rule::Percent(percent) => format!("{percent}%"),
        Rule::Fixed(minor) => Money::from_minor(minor, currency).unwrap_or(Money::zero(currency)).decimal(),
    };
    FIELDS
        .into_iter()
        .zip([rules.everyone, rules.new, rules.flagged])
        .filter_map(move |(name, rule)| Some((name, text(rule?))))
}
