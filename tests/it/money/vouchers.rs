//! Vouchers: bought, given, used, given back, and over.

use chrono::TimeDelta;
use vizit::{
    db::bookings::By,
    domain::ids::{BookingId, ClientId, TelegramId, VoucherId},
    services::booking,
};
use vizit_sandbox::Content;

use super::{moved, with_deposits};
use crate::harness::{ANNA, Person, World, run};

/// With ten massages for the price of eight and a bit, and an amount for anything.
pub(crate) fn with_vouchers() -> String {
    let vouchers = r#"
[[voucher]]
key = "ten-massages"
name = { en = "Ten massages", ru = "Десять массажей" }
service = "massage"
visits = 10
price = "500.00"
valid = "365 days"

[[voucher]]
key = "fifty"
name = { en = "Fifty for you", ru = "Пятьдесят для вас" }
price = "50.00"
valid = "100 days"
"#;
    format!("{}{vouchers}", with_deposits())
}

pub(crate) async fn buys(person: &Person, name: &str, for_whom: &str) {
    person.says("/vouchers").await;
    person.taps(name).await;
    person.taps(for_whom).await;
    person.pays().await;
}

/// On the summary of a massage with Anna.
async fn looks_at(person: &Person, day: &str, time: &str) {
    person.looks_for(&["Massage"], "Anna", day).await;
    person.taps_exactly(time).await;
}

/// The link in the gift that somebody has paid for, as the parameter of `/start`.
fn gift_of(person: &Person) -> String {
    let text = person.message("A gift for you").text;
    let (_, link) = text.split_once("https://t.me/").expect("a link");
    let (bot, parameter) = link.split_once("?start=").expect("a parameter");
    assert!(!bot.is_empty(), "{link}");
    parameter.trim().to_owned()
}

async fn number(t: &World, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(&t.pool).await.expect("a number")
}

#[test]
fn a_package_is_bought_used_visit_by_visit_and_has_back_what_is_cancelled_in_time() {
    run(async |t| {
        t.offers(&with_vouchers()).await;
        let anna = t.person(ANNA, "Anna");
        anna.says("/start").await;
        let ann = t.client("Ann").await;
        ann.taps("Vouchers").await;
        ann.sees("You have none yet.");
        ann.taps("Ten massages · €500").await;
        ann.sees("10 visits: Massage");
        ann.sees("€50 a visit");
        ann.taps("For me").await;
        let Content::Invoice { title, description, amount, .. } = ann.invoice().content else {
            panic!("no invoice");
        };
        assert_eq!((title.as_str(), amount), ("Voucher", 50_000));
        assert!(description.contains("Ten massages"), "{description}");
        ann.pays().await;
        assert_eq!(ann.heard("A voucher of yours"), 1);
        assert_eq!(moved(t, "provider", "vouchers").await, 50_000);
        // On the last step it is offered beside the deposit, and pays for the visit.
        looks_at(&ann, "26", "09:00").await;
        ann.sees("€20 is due now");
        ann.taps("Use a visit: Ten massages").await;
        ann.sees("Your visit is booked");
        ann.sees("Paid with a visit of a voucher");
        assert_eq!(anna.heard("A new visit"), 1);
        assert_eq!(moved(t, "vouchers", "deposits").await, 5000);
        ann.says("/visits").await;
        ann.sees("9 of 10");
        ann.taps("Massage").await;
        ann.taps("Cancel the visit").await;
        ann.sees("Your voucher gets it back.");
        ann.taps("Yes, cancel it").await;
        t.settle().await;
        ann.says("/vouchers").await;
        ann.sees("10 of 10");
        assert_eq!(moved(t, "deposits", "vouchers").await, 5000);
        // Missed: it is used up, and the money is the studio's. It comes to her on time, too.
        looks_at(&ann, "24", "09:00").await;
        ann.taps("Use a visit").await;
        t.advance(TimeDelta::days(2));
        t.settle().await;
        anna.taps("Did not come").await;
        t.settle().await;
        assert_eq!(moved(t, "deposits", "fees").await, 5000);
        anna.taps("Came").await;
        t.settle().await;
        assert_eq!(moved(t, "fees", "sales").await, 5000);
        anna.says("/day 2026-11-24").await;
        anna.taps("09:00").await;
        anna.sees("Paid with a visit of a voucher");
        anna.sees_no_button("in cash");
    });
}

/// Who buys one does not take the invoice of somebody else away.
#[test]
fn two_people_buy_at_the_same_time() {
    run(async |t| {
        t.offers(&with_vouchers()).await;
        let (ann, bob) = (t.client("Ann").await, t.client("Bob").await);
        for person in [&ann, &bob] {
            person.says("/vouchers").await;
            person.taps("Fifty for you").await;
            person.taps("For me").await;
            t.advance(TimeDelta::seconds(5));
            t.settle().await;
        }
        for person in [&ann, &bob] {
            person.pays().await;
            assert_eq!(person.heard("A voucher of yours"), 1);
        }
        // A second wish of the same person takes the place of the first.
        ann.says("/vouchers").await;
        ann.taps("Ten massages").await;
        ann.taps("For me").await;
        let first = ann.invoice().id;
        t.advance(TimeDelta::seconds(5));
        ann.taps("A gift").await;
        t.settle().await;
        assert!(ann.messages().iter().all(|message| message.id != first));
        // Who can book nothing is sold nothing.
        sqlx::query("UPDATE clients SET regard = 'blocked'").execute(&t.pool).await.expect("blocked");
        bob.says("/vouchers").await;
        bob.sees_no_button("Fifty for you");
    });
}

#[test]
fn an_amount_pays_what_it_can_and_the_rest_is_paid_at_the_desk() {
    run(async |t| {
        t.offers(&with_vouchers()).await;
        let anna = t.person(ANNA, "Anna");
        anna.says("/start").await;
        let ann = t.client("Ann").await;
        buys(&ann, "Fifty for you", "For me").await;
        looks_at(&ann, "24", "09:00").await;
        ann.taps("Pay €50 with my voucher: Fifty for you").await;
        ann.sees("Paid with a voucher: €50");
        ann.says("/vouchers").await;
        ann.sees("You have none yet.");
        t.advance(TimeDelta::days(1));
        anna.says("/today").await;
        anna.taps("09:00").await;
        anna.taps("€10 in cash").await;
        assert_eq!(moved(t, "cash", "sales").await, 1000);
    });
}

#[test]
fn a_gift_belongs_to_whoever_opens_its_link_first() {
    run(async |t| {
        t.offers(&with_vouchers()).await;
        let (ann, bob) = (t.client("Ann").await, t.client("Bob").await);
        buys(&ann, "Fifty for you", "A gift").await;
        assert!(matches!(&ann.invoice().content, Content::Invoice { title, .. } if title == "Gift voucher"));
        ann.says("/vouchers").await;
        ann.sees("Gifts that wait for their taker");
        let gift = gift_of(&ann);
        // Whoever tries it out does not lose it, and finds it again.
        ann.says(&format!("/start {gift}")).await;
        assert_eq!(ann.heard("A gift for you"), 2);
        ann.says("/vouchers").await;
        ann.taps("to pass it on").await;
        assert_eq!((ann.heard("A gift for you"), gift_of(&ann) == gift), (3, true));
        // A stranger has it before they have agreed to anything.
        let cy = t.stranger("Cy", "en");
        cy.says(&format!("/start {gift}")).await;
        t.settle().await;
        assert_eq!(cy.heard("A voucher of yours"), 1);
        assert_eq!(ann.heard("Your gift has arrived"), 1);
        bob.says(&format!("/start {gift}")).await;
        bob.sees("taken already");
        bob.sees("You have none yet.");
        cy.taps("I agree").await;
        cy.says("Skip").await;
        looks_at(&cy, "26", "09:00").await;
        cy.taps("Pay €50 with my voucher").await;
        cy.sees("Your visit is booked");
        ann.says("/vouchers").await;
        ann.sees("You have none yet.");
        for nonsense in ["g_", "g_1234", "G_x", "pay"] {
            bob.says(&format!("/start {nonsense}")).await;
            bob.sees("What would you like to do?");
        }
    });
}

#[test]
fn two_who_open_a_gift_at_once_get_it_once() {
    run(async |t| {
        t.offers(&with_vouchers()).await;
        let ann = t.client("Ann").await;
        buys(&ann, "Ten massages", "A gift").await;
        let gift = format!("/start {}", gift_of(&ann));
        let mut friends = Vec::new();
        for n in 0..6 {
            friends.push(t.client(&format!("Friend {n}")).await);
        }
        for friend in &friends {
            t.sandbox.telegram().send_text(friend.id, &gift);
        }
        t.settle().await;
        let takers: usize = friends.iter().map(|friend| friend.heard("A voucher of yours")).sum();
        assert_eq!((takers, ann.heard("Your gift has arrived")), (1, 1));
        assert_eq!(number(t, "SELECT count(*) FROM vouchers WHERE client_id IS NOT NULL").await, 1);
    });
}

/// Two holds of one client cannot be, so the last visit is asked for twice for the same one, at the same moment.
#[test]
fn the_last_visit_of_a_voucher_is_used_once() {
    run(async |t| {
        t.offers(&with_vouchers()).await;
        let ann = t.client("Ann").await;
        buys(&ann, "Ten massages", "For me").await;
        looks_at(&ann, "26", "09:00").await;
        let services = t.services();
        let booking = BookingId(number(t, "SELECT id FROM bookings").await);
        let client = ClientId(number(t, "SELECT buyer_id FROM vouchers").await);
        let voucher = VoucherId(number(t, "SELECT id FROM vouchers").await);
        let by = By { client: TelegramId(ann.id), correlation: uuid::Uuid::new_v4() };
        let uses =
            async || match booking::redeem(&services, client, booking, voucher, by).await.expect("an answer")
            {
                Ok(confirmed) => confirmed.lock.commit().await.map(|()| true).expect("committed"),
                Err(_) => false,
            };
        let (one, other, third) = tokio::join!(uses(), uses(), uses());
        assert_eq!([one, other, third].into_iter().filter(|used| *used).count(), 1);
        assert_eq!(number(t, "SELECT left_visits::bigint FROM vouchers").await, 9);
        assert_eq!(number(t, "SELECT count(*) FROM voucher_uses").await, 1);
        // Somebody else's voucher is none, whatever the button says.
        let bob = t.client("Bob").await;
        looks_at(&bob, "27", "09:00").await;
        bob.sees_no_button("Use a visit");
        let forged = vizit::telegram::Callback {
            action: vizit::domain::conversation::Action::Redeem(voucher),
            rev: vizit::telegram::Callback::decode(&bob.button("Pay €20").1).expect("a button").rev,
        };
        bob.taps_data(bob.button("Pay €20").0, &forged.encode()).await;
        assert_eq!(bob.toast().as_deref(), Some("This voucher cannot pay for this visit any more."));
        assert_eq!(number(t, "SELECT left_visits::bigint FROM vouchers").await, 9);
    });
}

#[test]
fn a_voucher_ends_with_its_time_and_what_comes_back_late_can_still_be_used() {
    run(async |t| {
        t.offers(&with_vouchers()).await;
        let ann = t.client("Ann").await;
        // Until the end of 3 March.
        buys(&ann, "Fifty for you", "For me").await;
        ann.message("until 3 March 2027");
        t.advance(TimeDelta::days(98));
        t.settle().await;
        looks_at(&ann, "4", "09:00").await;
        ann.sees_no_button("with my voucher");
        looks_at(&ann, "3", "14:00").await;
        ann.taps("with my voucher").await;
        ann.sees("Your visit is booked");
        // The studio cancels it at the last moment: there is time to choose another one.
        let anna = t.person(ANNA, "Anna");
        anna.says("/start").await;
        t.advance(TimeDelta::days(2));
        anna.says("/today").await;
        anna.taps("14:00").await;
        anna.taps("Cancel the visit").await;
        anna.taps("Yes").await;
        t.settle().await;
        ann.says("/vouchers").await;
        ann.sees("until 2 April 2027");
        t.advance(TimeDelta::days(31));
        t.settle().await;
        ann.says("/vouchers").await;
        ann.sees("You have none yet.");
        assert_eq!(moved(t, "vouchers", "fees").await, 5000);
    });
}
