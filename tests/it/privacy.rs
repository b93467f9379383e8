//! What a person may know of what is stored about them.

use serde_json::Value;

use crate::{
    harness::{Person, run},
    money::vouchers::{buys, with_vouchers},
};

/// The files that were sent last, by the end of their names.
fn file(person: &Person, ending: &str) -> String {
    let (_, bytes) = person.file_named(ending);
    String::from_utf8(bytes).expect("text")
}

#[test]
fn everybody_gets_all_that_is_stored_about_them_and_nothing_of_others() {
    run(async |t| {
        t.offers(&with_vouchers()).await;
        let (ann, bob) = (t.client("Ann <b>Lee</b> & Co").await, t.client("Robert").await);
        ann.shares_phone().await;
        buys(&ann, "Fifty for you", "A gift").await;
        buys(&ann, "Ten massages", "For me").await;
        ann.looks_for(&["Massage"], "Anna", "26").await;
        ann.taps_exactly("09:00").await;
        ann.taps("Use a visit").await;
        buys(&bob, "Fifty for you", "For me").await;
        ann.says("/privacy").await;
        ann.taps("Show me all of it").await;
        let text = file(&ann, ".txt");
        for line in [
            "Name: Ann <b>Lee</b> & Co",
            "Phone: +49305550101",
            "26 November 2026, 09:00: Massage · Anna – ✅ Your visit is booked",
            "today at 09:00: €500 – paid",
            "Ten massages: 9 of 10 left",
        ] {
            assert!(text.contains(line), "{line:?} is not in:\n{text}");
        }
        let all: Value = serde_json::from_str(&file(&ann, ".json")).expect("JSON");
        assert_eq!(all["profile"]["name"], "Ann <b>Lee</b> & Co");
        assert_eq!(all["visits"][0]["items"][0]["names"]["en"], "Massage");
        assert_eq!(all["visits"][0]["changes"][1]["to"], "confirmed");
        assert_eq!(all["payments"].as_array().map(Vec::len), Some(2));
        assert_eq!(all["vouchers"].as_array().map(Vec::len), Some(2));
        assert!(all["messages_from_you"].as_array().is_some_and(|messages| messages.len() > 5));
        let token: String = sqlx::query_scalar("SELECT token::text FROM vouchers WHERE token IS NOT NULL")
            .fetch_one(&t.pool)
            .await
            .expect("a gift");
        for other in ["Robert", &bob.id.to_string(), &token] {
            assert!(!all.to_string().contains(other) && !text.contains(other), "{other}");
        }
        bob.says(&format!("/start g_{token}")).await;
        ann.says("/mydata").await;
        let all: Value = serde_json::from_str(&file(&ann, ".json")).expect("JSON");
        let gift = all["vouchers"].as_array().and_then(|vouchers| vouchers.first()).expect("the gift");
        assert_eq!(gift["names"]["en"], "Fifty for you");
        for theirs in ["client_id", "state", "ends_at", "left_minor"] {
            assert!(gift.get(theirs).is_none(), "what has become of a gift is not the giver's: {gift}");
        }
        bob.says("/mydata").await;
        let all: Value = serde_json::from_str(&file(&bob, ".json")).expect("JSON");
        let gift = all["vouchers"].as_array().and_then(|vouchers| vouchers.first()).expect("the gift");
        assert!(gift.get("left_minor").is_some() && gift.get("buyer_id").is_none(), "{gift}");
    });
}

#[test]
fn who_is_new_has_nothing_to_show_and_who_has_booked_nothing_sees_that() {
    run(async |t| {
        let cy = t.stranger("Cy", "ru");
        cy.says("/mydata").await;
        cy.sees("Здесь можно записаться");
        cy.taps("Принимаю").await;
        cy.says("Пропустить").await;
        cy.says("/mydata").await;
        let text = file(&cy, ".txt");
        assert!(text.contains("Имя: Cy") && text.contains("Записи\nнет"), "{text}");
    });
}
