//! What a client pays before a visit is theirs, and why.

use std::collections::BTreeMap;

use super::{
    booking::Item,
    ids::ServiceId,
    money::{Money, MoneyError},
    slots::{Guest, Regard},
};

/// How much of a price is paid beforehand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    None,
    /// Minor units of the location's currency, but never more than the price.
    Fixed(i64),
    /// 1 to 99 hundredths of the price.
    Percent(u8),
    Full,
}

impl Rule {
    fn of(self, price: Money) -> Money {
        match self {
            Rule::None => Money::zero(price.currency()),
            Rule::Fixed(minor) => {
                Money::from_minor(minor, price.currency()).map_or(price, |fixed| fixed.at_most(price))
            }
            Rule::Percent(percent) => price.percent(percent),
            Rule::Full => price,
        }
    }
}

/// What a location or a service says; `None` says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rules {
    pub everyone: Option<Rule>,
    /// For who has not been here yet.
    pub new: Option<Rule>,
    /// For whom the staff has flagged.
    pub flagged: Option<Rule>,
}

/// Why a deposit is due. The labels in the database are the snake-case names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    Usual,
    /// It is the client's first visit.
    New,
    /// The client has missed visits.
    Flagged,
    /// It was paid by a voucher.
    Voucher,
}

impl Reason {
    pub const ALL: [Reason; 4] = [Reason::Usual, Reason::New, Reason::Flagged, Reason::Voucher];

    pub fn label(self) -> &'static str {
        match self {
            Reason::Usual => "usual",
            Reason::New => "new",
            Reason::Flagged => "flagged",
            Reason::Voucher => "voucher",
        }
    }

    pub fn from_label(label: &str) -> Option<Reason> {
        Reason::ALL.into_iter().find(|reason| reason.label() == label)
    }
}

/// What is due before a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deposit {
    pub amount: Money,
    pub reason: Reason,
}

/// All rules that a visit falls under.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tariff {
    pub location: Rules,
    /// Of those services that say something.
    pub services: BTreeMap<ServiceId, Rules>,
}

impl Tariff {
    /// What a client pays beforehand for these services. What is said of who the client is counts before what is said of
    /// everyone, and a service's word before its location's, whose fixed amount is due once for all it covers.
    pub fn due(&self, items: &[Item], guest: &Guest) -> Result<Option<Deposit>, MoneyError> {
        let Some(currency) = items.first().map(|item| item.price.currency()) else { return Ok(None) };
        let mut reasons = Vec::new();
        let mut total = Money::zero(currency);
        let mut rest = Money::zero(currency);
        for item in items {
            let own = self.services.get(&item.service).copied().unwrap_or_default();
            let Some((rule, reason, is_own)) = which(own, self.location, guest) else { continue };
            if is_own {
                total = total.plus(rule.of(item.price))?;
                reasons.push((reason, rule));
            } else {
                rest = rest.plus(item.price)?;
            }
        }
        if let Some((rule, reason, _)) = which(Rules::default(), self.location, guest) {
            total = total.plus(rule.of(rest))?;
            if !rest.is_zero() {
                reasons.push((reason, rule));
            }
        }
        let special = |wanted| reasons.iter().any(|(reason, rule)| *reason == wanted && *rule != Rule::None);
        let reason = match (special(Reason::Flagged), special(Reason::New)) {
            (true, _) => Reason::Flagged,
            (false, true) => Reason::New,
            (false, false) => Reason::Usual,
        };
        Ok((!total.is_zero()).then_some(Deposit { amount: total, reason }))
    }
}

/// The rule that counts, why, and whether it is the service's own.
fn which(own: Rules, location: Rules, guest: &Guest) -> Option<(Rule, Reason, bool)> {
    let is_flagged = guest.regard == Regard::Flagged;
    let candidates = [
        (own.flagged.filter(|_| is_flagged), Reason::Flagged, true),
        (location.flagged.filter(|_| is_flagged), Reason::Flagged, false),
        (own.new.filter(|_| !guest.is_known), Reason::New, true),
        (location.new.filter(|_| !guest.is_known), Reason::New, false),
        (own.everyone, Reason::Usual, true),
        (location.everyone, Reason::Usual, false),
    ];
    candidates.into_iter().find_map(|(rule, reason, is_own)| Some((rule?, reason, is_own)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::{language::LocalText, money::Currency};

    fn item(service: i32, minor: i64) -> Item {
        let names = BTreeMap::from([("en".to_owned(), "Massage".to_owned())]);
        Item {
            service: ServiceId(service),
            names: LocalText::new(names).expect("a text"),
            minutes: 60,
            price: Money::from_minor(minor, Currency::EUR).expect("in range"),
        }
    }

    fn due(tariff: &Tariff, items: &[Item], guest: &Guest) -> Option<(i64, Reason)> {
        let deposit = tariff.due(items, guest).expect("small amounts");
        deposit.map(|deposit| (deposit.amount.minor(), deposit.reason))
    }

    #[test]
    fn who_the_client_is_counts_before_everyone_and_the_service_before_the_location() {
        let location = Rules {
            everyone: Some(Rule::Percent(30)),
            new: Some(Rule::Fixed(2000)),
            flagged: Some(Rule::Full),
        };
        let own = Rules { everyone: Some(Rule::None), new: None, flagged: None };
        let tariff = Tariff { location, services: BTreeMap::from([(ServiceId(2), own)]) };
        let known = Guest { is_known: true, ..Guest::default() };
        let new = Guest::default();
        let flagged = Guest { regard: Regard::Flagged, ..known.clone() };
        assert_eq!(due(&tariff, &[item(1, 5005)], &known), Some((1502, Reason::Usual)), "halves go up");
        assert_eq!(due(&tariff, &[item(2, 5000)], &known), None);
        assert_eq!(due(&tariff, &[item(1, 5000), item(2, 5000)], &known), Some((1500, Reason::Usual)));
        assert_eq!(due(&tariff, &[item(1, 5000), item(2, 5000)], &new), Some((2000, Reason::New)), "once");
        assert_eq!(due(&tariff, &[item(1, 1500)], &new), Some((1500, Reason::New)), "never above the price");
        assert_eq!(due(&tariff, &[item(2, 5000)], &flagged), Some((5000, Reason::Flagged)));
        assert_eq!(due(&Tariff::default(), &[item(1, 5000)], &flagged), None);
    }

    fn rule() -> impl Strategy<Value = Option<Rule>> {
        proptest::option::of(prop_oneof![
            Just(Rule::None),
            (1i64..10_000).prop_map(Rule::Fixed),
            (1u8..100).prop_map(Rule::Percent),
            Just(Rule::Full),
        ])
    }

    fn rules() -> impl Strategy<Value = Rules> {
        (rule(), rule(), rule()).prop_map(|(everyone, new, flagged)| Rules { everyone, new, flagged })
    }

    proptest! {
        #[test]
        fn nobody_pays_more_than_the_price(
            location in rules(), own in rules(), prices in proptest::collection::vec(0i64..20_000, 1..4),
            is_known: bool, is_flagged: bool,
        ) {
            let tariff = Tariff { location, services: BTreeMap::from([(ServiceId(0), own)]) };
            let items: Vec<Item> = (0..).zip(&prices).map(|(service, price)| item(service, *price)).collect();
            let regard = if is_flagged { Regard::Flagged } else { Regard::Plain };
            let guest = Guest { regard, is_known, ..Guest::default() };
            let paid = due(&tariff, &items, &guest).map_or(0, |(minor, _)| minor);
            prop_assert!(paid <= prices.iter().sum());
            if let Some((minor, _)) = due(&tariff, &items, &guest) {
                prop_assert!(minor > 0);
            }
        }
    }
}
