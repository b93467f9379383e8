//! What a business offers: live entities, and what of it goes together.

mod plan;

use chrono::{DateTime, Utc};

pub use self::plan::{
    Care, HoursPlan, LocationPlan, MasterPlan, Plan, PromoPlan, ResourcePlan, ServicePlan, SkillPlan,
    StaffRole, VoucherPlan,
};
use super::{
    booking::{Item, Terms},
    ids::{LocationId, MasterId, ServiceId},
    language::LocalText,
    money::{Currency, Money},
    slots::{Audience, Length, Rules, Timetable},
};

/// A place of the business, with its rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    pub id: LocationId,
    pub names: LocalText,
    pub address: String,
    pub rules: Rules,
    pub terms: Terms,
    pub currency: Currency,
    /// Minutes that a picked time is held.
    pub hold: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    pub id: ServiceId,
    pub names: LocalText,
    pub minutes: u32,
    pub price: Money,
    pub audience: Audience,
    /// The services one of which it needs beside it; empty for a service of its own.
    pub addon_to: Vec<ServiceId>,
    /// The services beside which it cannot be booked.
    pub excludes: Vec<ServiceId>,
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
    pub items: Vec<Item>,
    pub length: Length,
    pub price: Money,
    pub timetable: Timetable,
    /// Minutes of the master's shortest visit at this location.
    pub shortest: u32,
    pub last_booked: Option<DateTime<Utc>>,
}

/// How a service stands beside what has been picked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offer {
    Picked,
    Free,
    /// Cannot be booked together with one that is picked.
    Excluded,
}

/// The services to choose from; add-ons come once there is something that they go with.
pub fn menu<'a>(services: &'a [Service], picked: &[ServiceId]) -> Vec<(&'a Service, Offer)> {
    let fits = |service: &&Service| {
        service.addon_to.is_empty() || service.addon_to.iter().any(|base| picked.contains(base))
    };
    let offer = |service: &'a Service| {
        let offer = if picked.contains(&service.id) {
            Offer::Picked
        } else if service.excludes.iter().any(|other| picked.contains(other)) {
            Offer::Excluded
        } else {
            Offer::Free
        };
        (service, offer)
    };
    services.iter().filter(fits).map(offer).collect()
}

/// What of a choice can be booked together, in the order in which it was picked: without services that are not offered,
/// the later of two that exclude each other, and add-ons that have nothing to go with.
pub fn bookable(services: &[Service], picked: &[ServiceId]) -> Vec<ServiceId> {
    let mut kept: Vec<&Service> = Vec::new();
    for service in picked.iter().filter_map(|id| services.iter().find(|service| service.id == *id)) {
        let clashes = kept
            .iter()
            .any(|other| other.excludes.contains(&service.id) || service.excludes.contains(&other.id));
        if !clashes && !kept.iter().any(|other| other.id == service.id) {
            kept.push(service);
        }
    }
    let ids: Vec<ServiceId> = kept.iter().map(|service| service.id).collect();
    // An add-on's base is a service of its own, so leaving add-ons out leaves no other add-on alone.
    kept.retain(|service| {
        service.addon_to.is_empty() || service.addon_to.iter().any(|base| ids.contains(base))
    });
    kept.into_iter().map(|service| service.id).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// Service 1; 2, an add-on to it; 3, which excludes 1; 4.
    fn services() -> Vec<Service> {
        let service = |id, addon_to: &[i32], excludes: &[i32]| Service {
            id: ServiceId(id),
            names: LocalText::new(BTreeMap::from([("en".to_owned(), id.to_string())])).expect("a text"),
            minutes: 30,
            price: Money::zero(Currency::EUR),
            audience: Audience::Everyone,
            addon_to: addon_to.iter().copied().map(ServiceId).collect(),
            excludes: excludes.iter().copied().map(ServiceId).collect(),
        };
        vec![service(1, &[], &[3]), service(2, &[1], &[]), service(3, &[], &[1]), service(4, &[], &[])]
    }

    fn ids(picked: &[i32]) -> Vec<ServiceId> {
        picked.iter().copied().map(ServiceId).collect()
    }

    #[test]
    fn the_menu_shows_what_goes_with_what() {
        let shown = |picked: &[i32]| {
            let services = services();
            menu(&services, &ids(picked))
                .into_iter()
                .map(|(service, offer)| format!("{} {offer:?}", service.id))
                .collect::<Vec<_>>()
                .join(", ")
        };
        assert_eq!(shown(&[]), "1 Free, 3 Free, 4 Free");
        assert_eq!(shown(&[1]), "1 Picked, 2 Free, 3 Excluded, 4 Free");
        assert_eq!(shown(&[3, 4]), "1 Excluded, 3 Picked, 4 Picked");
    }

    #[test]
    fn of_a_choice_stays_what_can_be_booked_together() {
        let kept = |picked: &[i32]| bookable(&services(), &ids(picked));
        assert_eq!(kept(&[2, 1]), ids(&[2, 1]), "the order of picking stays");
        assert_eq!(kept(&[2, 4]), ids(&[4]), "an add-on alone");
        assert_eq!(kept(&[3, 1, 2]), ids(&[3]), "what excludes the first, and what went with it");
        assert_eq!(kept(&[9, 4, 4]), ids(&[4]), "unknown and twice");
        assert_eq!(kept(&[]), ids(&[]));
    }
}
