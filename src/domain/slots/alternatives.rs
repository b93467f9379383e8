//! What to offer instead of a time that is gone.

use chrono::{DateTime, Utc};

use super::{Search, Slot};
use crate::domain::{ids::MasterId, time};

/// How many of each kind are offered.
const NEARBY: usize = 3;
const OTHER_MASTERS: usize = 3;

/// A time to take instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Alternative {
    pub slot: Slot,
    pub kind: Kind,
}

/// How an alternative differs from what was wished.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The same master on the same day.
    Nearby,
    /// Another master at the same time.
    OtherMaster,
    /// A later day.
    LaterDay,
}

/// The nearest bookable times to one that was taken: the wished master around it, others at the same time, then the
/// next day with a free time. `wished` is `None` when any master was welcome.
pub fn nearest(searches: &[Search<'_>], wished: Option<MasterId>, start: DateTime<Utc>) -> Vec<Alternative> {
    let Some(rules) = searches.first().map(|search| search.rules) else { return Vec::new() };
    let date = time::local_date(rules.zone, start);
    let (own, others): (Vec<&Search<'_>>, Vec<_>) =
        searches.iter().partition(|search| wished.is_none_or(|master| search.master == master));

    let mut around: Vec<(bool, Slot)> = own
        .iter()
        .flat_map(|search| {
            // Where the location minds its days, times that keep them whole come first.
            let spoils = |slot: &Slot| rules.tidy && !search.is_tidy(slot);
            search.on(date).into_iter().map(move |slot| (spoils(&slot), slot))
        })
        .collect();
    around.sort_by_key(|(spoils, slot)| (slot.visit.start(), *spoils));
    around.dedup_by_key(|(_, slot)| slot.visit.start());
    // The very time, should it be free again, comes before all.
    let distance = |slot: &Slot| (slot.visit.start() - start).abs();
    around.sort_by_key(|(spoils, slot)| (*spoils && slot.visit.start() != start, distance(slot)));
    let mut nearby: Vec<Slot> = around.into_iter().map(|(_, slot)| slot).take(NEARBY).collect();
    nearby.sort_by_key(|slot| slot.visit.start());

    let same_time = others.iter().filter_map(|search| search.admit(start).ok()).take(OTHER_MASTERS);
    let later = date
        .succ_opt()
        .and_then(|next| {
            own.iter().filter_map(|search| search.first_from(next)).min_by_key(|slot| slot.visit.start())
        })
        .into_iter();

    let kinds = |kind| move |slot| Alternative { slot, kind };
    nearby
        .into_iter()
        .map(kinds(Kind::Nearby))
        .chain(same_time.map(kinds(Kind::OtherMaster)))
        .chain(later.map(kinds(Kind::LaterDay)))
        .collect()
}
