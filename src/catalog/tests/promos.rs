//! Promo codes in good files and in bad ones.

use chrono::NaiveDate;

use super::{PLACE, expect};
use crate::{
    catalog::parse,
    domain::{
        money::{Currency, Money},
        promo::Off,
        slots::Audience,
    },
};

const PROMO: &str = "[[promo]]\ncode = \"SPRING\"\noff = \"10%\"\n";

/// Lines are added to the promo; the fault is expected in the last of them.
fn expect_of(more: &str, expected: &str) {
    let text = format!("{PLACE}{PROMO}{more}\n");
    expect(&text, &[(text.lines().count(), &format!("promo SPRING: {expected}"))]);
}

#[test]
fn a_promo_takes_off_a_share_or_an_amount() {
    let long = "[[promo]]\ncode = \"new-26\"\noff = \"5.00\"\nfrom = \"2026-12-01\"\nuntil = 2026-12-01\n\
                limit = 1_000_000\nper_client = 1000\nclients = \"new\"\n";
    let plan = parse(&format!("{PLACE}{PROMO}{long}")).unwrap();
    let [spring, new] = plan.promos.as_slice() else { panic!("two promos") };
    assert_eq!((spring.code.as_str(), spring.location.as_str()), ("SPRING", "north"));
    assert_eq!((spring.off, spring.audience), (Off::Percent(10), Audience::Everyone));
    assert_eq!(
        (spring.from, spring.until, spring.most_uses, spring.most_per_client),
        (None, None, None, None)
    );
    let day = NaiveDate::from_ymd_opt(2026, 12, 1);
    assert_eq!((new.code.as_str(), new.from, new.until), ("NEW-26", day, day), "kept in capitals");
    assert_eq!(Some(new.off), Money::from_minor(500, Currency::EUR).map(Off::Amount));
    assert_eq!((new.most_uses, new.most_per_client), (Some(1_000_000), Some(1000)));
    assert_eq!(new.audience, Audience::New);
    for (written, percent) in [("1%", 1), ("100 %", 100)] {
        let text = format!("{PLACE}{PROMO}").replace("10%", written);
        assert_eq!(parse(&text).unwrap().promos[0].off, Off::Percent(percent));
    }
}

#[test]
fn codes() {
    for code in ["AB", "ABCDEFGHIJKLMNOPQRSTU", "TEN OFF", "TEN_OFF", "SÜSS", ""] {
        let text = format!("{PLACE}{PROMO}").replace("SPRING", code);
        let expected =
            format!("promo no. 1: code must be 3 to 20 of the letters A-Z, digits and -, not {code:?}");
        expect(&text, &[(7, &expected)]);
    }
    let number = format!("{PLACE}{PROMO}").replace("\"SPRING\"", "10");
    expect(&number, &[(7, "promo no. 1: code must be a text in quotes, not a number")]);
    let small = PROMO.replace("SPRING", "spring");
    expect(&format!("{PLACE}{PROMO}{small}"), &[(10, "promo spring: code is already used in line 7")]);
    let places = format!("{PLACE}{}", PLACE.replace("north", "south"));
    let at = |promo: &str, place: &str| format!("{promo}location = \"{place}\"\n");
    let two = |place: &str| format!("{places}{}{}", at(PROMO, "north"), at(&small, place));
    expect(&two("south"), &[]);
    expect(&two("north"), &[(16, "promo spring: code is already used in line 12")]);
    expect(&two("west"), &[(18, "promo spring: location names \"west\", but there is no such location")]);
    expect(
        &format!("{places}{PROMO}"),
        &[(11, "promo SPRING: location is missing, and there is more than one to choose from")],
    );
}

#[test]
fn what_promos_take_off() {
    for (off, expected) in [
        ("\"0%\"", "must be between 1% and 100%"),
        ("\"101%\"", "must be between 1% and 100%"),
        ("\"7.5%\"", "must be between 1% and 100%"),
        ("\"-5%\"", "must be between 1% and 100%"),
        ("\"%\"", "must be between 1% and 100%"),
        ("\"0.00\"", "cannot be nothing: the code would change no price"),
        ("5.5", "must be in quotes, as in \"60.50\", so that no cent is lost"),
        ("\"5.001\"", "cannot be \"5.001\": this currency has 2 decimal places"),
        ("true", "must be a price in quotes, as in \"60.50\", not true or false"),
        (
            "\"half\"",
            "cannot be \"half\": an amount looks like 60 or 60.50, without sign, currency or spaces",
        ),
    ] {
        let text = format!("{PLACE}{PROMO}").replace("\"10%\"", off);
        expect(&text, &[(8, &format!("promo SPRING: off {expected}"))]);
    }
}

#[test]
fn fields_of_promos() {
    for (more, expected) in [
        ("from = \"tomorrow\"", "from must look like \"2026-12-24\", in this century, not \"tomorrow\""),
        (
            "until = \"2026-12-24T14:00\"",
            "until must look like \"2026-12-24\", in this century, not \"2026-12-24T14:00\"",
        ),
        (
            "until = \"0026-12-24\"",
            "until must look like \"2026-12-24\", in this century, not \"0026-12-24\"",
        ),
        ("from = 5", "from must be a text in quotes, not a number"),
        ("from = \"2026-12-02\"\nuntil = \"2026-12-01\"", "until must not be before from"),
        ("limit = 0", "limit must be between 1 and 1000000"),
        ("limit = 1000001", "limit must be between 1 and 1000000"),
        ("limit = \"5\"", "limit must be a whole number without quotes, not a text"),
        ("per_client = 0", "per_client must be between 1 and 1000"),
        ("per_client = 1001", "per_client must be between 1 and 1000"),
        (
            "clients = \"knowm\"",
            "clients must be \"everyone\", \"new\" or \"known\", not \"knowm\" (did you mean \"known\"?)",
        ),
        ("limits = 5", "unknown field \"limits\" (did you mean \"limit\"?)"),
        ("key = \"spring\"", "unknown field \"key\""),
    ] {
        expect_of(more, expected);
    }
    expect(
        &format!("{PLACE}[[promo]]\n"),
        &[(6, "promo no. 1: code is missing"), (6, "promo no. 1: off is missing")],
    );
    let single = PROMO.replace("[[promo]]", "[promo]");
    expect(&format!("{PLACE}{single}"), &[(6, "promo needs two pairs of brackets: [[promo]]")]);
}
