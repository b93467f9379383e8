//! Tips, and what is paid at the desk.

use chrono::TimeDelta;
use vizit_sandbox::Content;

use super::{is_asked, moved, with_deposits};
use crate::harness::{ADMIN, ANNA, Person, World, run};

/// A client whose visit has taken place, and her master.
async fn who_came(t: &World) -> (Person, Person) {
    let anna = t.person(ANNA, "Anna");
    anna.says("/start").await;
    let ann = t.client("Ann").await;
    ann.books(&["Massage"], "Anna", "26", "09:00").await;
    t.advance(TimeDelta::days(4));
    t.settle().await;
    anna.taps("Came").await;
    (ann, anna)
}

#[test]
fn who_is_content_can_leave_a_tip_and_the_master_hears_of_it() {
    run(async |t| {
        let (ann, anna) = who_came(t).await;
        ann.taps("5 ⭐").await;
        ann.sees("Would you like to leave something for them?");
        ann.taps("💝 €3").await;
        // Second thoughts: the first invoice goes, the second one comes.
        ann.taps("💝 €6").await;
        t.settle().await;
        let invoices: Vec<_> = ann
            .messages()
            .into_iter()
            .filter_map(|message| match message.content {
                Content::Invoice { title, amount, .. } => Some((title, amount)),
                _ => None,
            })
            .collect();
        assert_eq!(invoices, [("A tip for Anna".to_owned(), 600)]);
        ann.pays().await;
        assert_eq!(ann.heard("Thank you so much! It will be passed on."), 1);
        assert_eq!(anna.heard("Ann left you €6"), 1);
        ann.sees_no_button("💝");
        assert_eq!(moved(t, "provider", "tips").await, 600);
    });
}

#[test]
fn who_is_not_content_is_not_asked_for_money() {
    run(async |t| {
        let (ann, _) = who_came(t).await;
        ann.taps("3 ⭐").await;
        ann.sees_no_button("💝");
    });
}

#[test]
fn the_rest_is_paid_at_the_desk_once_and_can_be_taken_back() {
    run(async |t| {
        t.offers(&with_deposits()).await;
        let (anna, olga) = (t.person(ANNA, "Anna"), t.person(ADMIN, "Olga"));
        anna.says("/start").await;
        olga.says("/start").await;
        let ann = t.client("Ann").await;
        is_asked(&ann, "24", "09:00").await;
        ann.pays().await;
        anna.says("/day 2026-11-24").await;
        anna.taps("09:00").await;
        anna.sees("Paid: €20");
        anna.sees_no_button("in cash");
        t.advance(TimeDelta::hours(24));
        anna.says("/today").await;
        anna.taps("09:00").await;
        let (message, data) = anna.button("€40 in cash");
        anna.taps("€40 in cash").await;
        assert_eq!(anna.heard("In cash: €40"), 1);
        anna.taps_data(message, &data).await;
        assert_eq!(moved(t, "cash", "sales").await, 4000, "once");
        anna.taps("It was not paid after all").await;
        anna.taps("€40 by card").await;
        assert_eq!((anna.heard("By card: €40"), anna.heard("In cash: €40")), (1, 0));
        // What was noted by mistake can be taken back whatever becomes of the visit.
        t.advance(TimeDelta::hours(2));
        t.settle().await;
        anna.says("/today").await;
        anna.taps("09:00").await;
        anna.taps("Did not come").await;
        anna.taps("It was not paid after all").await;
        anna.taps("Came").await;
        anna.taps("€40 by card").await;
        olga.says("/ledger").await;
        olga.sees("Card terminal: €40");
        olga.does_not_see("Cash:");
    });
}
