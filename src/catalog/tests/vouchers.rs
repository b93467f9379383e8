//! Vouchers in good files and in bad ones.

use super::{PLACE, SERVICE, expect};
use crate::catalog::parse;

const VOUCHER: &str = r#"[[voucher]]
key = "ten"
name = "Ten massages"
service = "massage"
visits = 10
price = "540.00"
valid = "365 days"
"#;

/// One line of the voucher is replaced; the fault is expected in the last line of what replaces it.
fn expect_of(old: &str, new: &str, expected: &str) {
    assert!(VOUCHER.contains(old));
    let text = format!("{PLACE}{SERVICE}{}", VOUCHER.replace(old, new));
    let line = text.lines().position(|line| line == new.lines().last().unwrap_or_default()).unwrap() + 1;
    expect(&text, &[(line, &format!("voucher ten: {expected}"))]);
}

#[test]
fn a_voucher_is_for_visits_or_worth_its_price() {
    let gift = "[[voucher]]\nkey = \"gift\"\nname.ru = \"Подарок\"\nprice = 100\nvalid = \"1 day\"\n";
    // A service may come later than the voucher that names it.
    let plan = parse(&format!("{VOUCHER}{gift}{PLACE}{SERVICE}")).unwrap();
    let [ten, gift] = plan.vouchers.as_slice() else { panic!("two vouchers") };
    assert_eq!((ten.key.as_str(), ten.location.as_str()), ("ten", "north"));
    assert_eq!(ten.visits, Some(("massage".to_owned(), 10)));
    assert_eq!((ten.price.minor(), ten.valid_days), (54000, 365));
    assert_eq!((&gift.visits, gift.price.minor(), gift.valid_days), (&None, 10000, 1));
    assert!(gift.names.texts().contains_key("ru"));
}

#[test]
fn the_vouchers_that_the_example_suggests_are_good() {
    let example = include_str!("../../../examples/catalog.toml");
    let mut is_voucher = false;
    let lines = example.lines().map(|line| {
        is_voucher = line == "# [[voucher]]" || is_voucher && !line.is_empty();
        if is_voucher { line.trim_start_matches("# ") } else { line }
    });
    let plan = parse(&lines.collect::<Vec<_>>().join("\n")).unwrap();
    let keys: Vec<_> = plan.vouchers.iter().map(|voucher| voucher.key.as_str()).collect();
    assert_eq!(keys, ["ten-massages", "gift"]);
}

#[test]
fn fields_of_vouchers() {
    let price = "price = \"540.00\"";
    for (new, expected) in [
        ("price = \"0\"", "price cannot be nothing: a voucher is bought"),
        ("price = 540.5", "price must be in quotes, as in \"60.50\", so that no cent is lost"),
        ("price = \"540.005\"", "price cannot be \"540.005\": this currency has 2 decimal places"),
        (
            "price = 1\nlocation = \"nort\"",
            "location names \"nort\", but there is no such location (did you mean \"north\"?)",
        ),
        ("price = 1\nvisit = 2", "unknown field \"visit\" (did you mean \"visits\"?)"),
    ] {
        expect_of(price, new, expected);
    }
    for (new, expected) in [
        ("valid = 365", "valid must be a text such as \"365 days\", not a number"),
        ("valid = \"0 days\"", "valid must be between 1 and 3660 days, as in \"365 days\""),
        ("valid = \"3661 days\"", "valid must be between 1 and 3660 days, as in \"365 days\""),
        ("valid = \"36 h\"", "valid must be between 1 and 3660 days, as in \"365 days\""),
        ("valid = \"1 year\"", "valid must be between 1 and 3660 days, as in \"365 days\""),
    ] {
        expect_of("valid = \"365 days\"", new, expected);
    }
    for (new, expected) in [
        ("visits = 0", "visits must be between 1 and 100"),
        ("visits = 101", "visits must be between 1 and 100"),
        ("visits = \"10\"", "visits must be a whole number without quotes, not a text"),
    ] {
        expect_of("visits = 10", new, expected);
    }
    for (new, expected) in [
        ("service = 1", "service must be a text in quotes, not a number"),
        (
            "service = \"masage\"",
            "service names \"masage\", but there is no such service (did you mean \"massage\"?)",
        ),
    ] {
        expect_of("service = \"massage\"", new, expected);
    }
    expect_of("name = \"Ten massages\"", "name = \" \"", "name must not be empty");
}

#[test]
fn vouchers_as_a_whole() {
    let whole = format!("{PLACE}{SERVICE}{VOUCHER}");
    expect(&format!("{whole}{VOUCHER}"), &[(19, "voucher ten: key is already used in line 12")]);
    let without = |line: &str| whole.replace(line, "");
    let no_visits = "voucher ten: visits is missing, but a service is named";
    expect(&without("visits = 10\n"), &[(11, no_visits)]);
    let no_service = "voucher ten: service is missing, but a number of visits is named";
    expect(&without("service = \"massage\"\n"), &[(11, no_service)]);
    expect(
        &format!("{PLACE}[[voucher]]\n"),
        &[
            (6, "voucher no. 1: key is missing"),
            (6, "voucher no. 1: name is missing"),
            (6, "voucher no. 1: price is missing"),
            (6, "voucher no. 1: valid is missing"),
        ],
    );
    let single = VOUCHER.replace("[[voucher]]", "[voucher]");
    expect(&format!("{PLACE}{SERVICE}{single}"), &[(11, "voucher needs two pairs of brackets: [[voucher]]")]);
}

#[test]
fn services_of_vouchers() {
    let oil = SERVICE.replace("massage", "oil");
    let for_oil = VOUCHER.replace("\"massage\"", "\"oil\"");
    expect(&format!("{PLACE}{SERVICE}{oil}{for_oil}"), &[]);
    expect(
        &format!("{PLACE}{SERVICE}{oil}addon_to = [\"massage\"]\n{for_oil}"),
        &[(20, "voucher ten: service names an add-on, which cannot be booked by itself")],
    );
    let places = format!("{PLACE}{}", PLACE.replace("north", "south"));
    let here = |place: &str| format!("location = \"{place}\"\n");
    let two = |place: &str| format!("{places}{SERVICE}{}{VOUCHER}{place}", here("north"));
    expect(&two(&here("north")), &[]);
    expect(&two(&here("south")), &[(20, "voucher ten: service names a service of another location")]);
    expect(&two(""), &[(17, "voucher ten: location is missing, and there is more than one to choose from")]);
}
