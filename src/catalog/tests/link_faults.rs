//! What is said about resources, and about what of the services goes together.

use super::{PLACE, SERVICE, expect, expect_in};

const RESOURCE: &str = "[[resource]]\nkey = \"one\"\nkind = \"room\"\nname = \"Room\"\n";

/// A service with these lines more.
fn service(key: &str, more: &str) -> String {
    SERVICE.replace("massage", key) + more
}

#[test]
fn resources() {
    let rooms = |more: &str| format!("{PLACE}{RESOURCE}{more}");
    expect(
        &rooms(
            "[[resource]]\nkey = \"one\"\nkind = \"My room\"\nlocation = \"sooth\"\nname = \"\"\ncolor = 1\n",
        ),
        &[
            (11, "resource one: key is already used in line 7"),
            (
                12,
                "resource one: kind must be 1 to 40 of the letters a-z, digits, - and _, beginning with a letter or digit, not \"My room\"",
            ),
            (13, "resource one: location names \"sooth\", but there is no such location"),
            (14, "resource one: name must not be empty"),
            (15, "resource one: unknown field \"color\""),
        ],
    );
    expect(
        &rooms("[[resource]]\n"),
        &[
            (10, "resource no. 2: key is missing"),
            (10, "resource no. 2: kind is missing"),
            (10, "resource no. 2: name is missing"),
        ],
    );
    let south = PLACE.replace("north", "south");
    expect(
        &rooms(&south),
        &[(6, "resource one: location is missing, and there is more than one to choose from")],
    );
    let single = RESOURCE.replace("[[resource]]", "[resource]");
    expect(&format!("{PLACE}{single}"), &[(6, "resource needs two pairs of brackets: [[resource]]")]);
}

#[test]
fn needs() {
    let needs = |kind: &str| service("massage", &format!("needs = {kind}\n"));
    let with_room = |kind: &str| format!("{PLACE}{RESOURCE}{}", needs(kind));
    expect(&with_room("\"room\""), &[]);
    let no_such = "service massage: needs names \"rooom\", but this location has no such resource";
    expect(&with_room("\"rooom\""), &[(15, &format!("{no_such} (did you mean \"room\"?)"))]);
    expect(&format!("{PLACE}{}", needs("\"rooom\"")), &[(11, no_such)]);
    expect(&with_room("1"), &[(15, "service massage: needs must be a text in quotes, not a number")]);

    let south = PLACE.replace("north", "south");
    let here = |place: &str| format!("location = \"{place}\"\n");
    let two =
        |room: &str, needs: &str| format!("{PLACE}{south}{RESOURCE}{}{needs}{}", here(room), here("north"));
    expect(&two("north", &needs("\"room\"")), &[]);
    expect(
        &two("south", &needs("\"room\"")),
        &[(21, "service massage: needs names \"room\", but this location has no such resource")],
    );
    expect(
        &two("west", &needs("\"room\"")),
        &[(15, "resource one: location names \"west\", but there is no such location")],
    );
    let unnamed = RESOURCE.replace("name = \"Room\"\n", "");
    expect(&format!("{PLACE}{unnamed}{}", needs("\"room\"")), &[(6, "resource one: name is missing")]);
}

#[test]
fn audiences_and_series() {
    expect_in(
        SERVICE,
        "price = \"60.00\"",
        &[
            (
                "price = 60\nclients = \"now\"",
                "service massage: clients must be \"everyone\", \"new\" or \"known\", not \"now\" (did you mean \"new\"?)",
            ),
            ("price = 60\nclients = 1", "service massage: clients must be a text in quotes, not a number"),
            ("price = 60\nseries = 1", "service massage: series must be between 2 and 52"),
            (
                "price = 60\nclients = \"new\"\nseries = 4",
                "service massage: series cannot be said of a service for new clients: nobody comes first twice",
            ),
            ("price = 60\nseries = 53", "service massage: series must be between 2 and 52"),
            (
                "price = 60\nseries = 2.5",
                "service massage: series must be a whole number without quotes, not a number with decimals",
            ),
        ],
    );
}

#[test]
fn names_of_other_services() {
    for field in ["addon_to", "excludes"] {
        let oil = |list: &str| format!("{PLACE}{SERVICE}{}", service("oil", &format!("{field} = {list}\n")));
        for (list, expected) in [
            ("\"massage\"", " must be a list in [ ], not a text"),
            ("[1]", " 1 must be a text in quotes, not a number"),
            ("[\"nails\"]", " 1 names \"nails\", but there is no such service"),
            (
                "[\"massage\", \"masage\"]",
                " 2 names \"masage\", but there is no such service (did you mean \"massage\"?)",
            ),
            ("[\"massage\", \"massage\"]", " 2 is already used in line 16"),
            ("[\"oil\"]", " 1 names the service itself"),
        ] {
            expect(&oil(list), &[(16, &format!("service oil: {field}{expected}"))]);
        }
        let south = PLACE.replace("north", "south");
        let at = |key, more: &str| service(key, &format!("location = \"{more}\"\n"));
        let apart = |place: &str| {
            format!("{PLACE}{south}{}{}{field} = [\"massage\"]\n", at("massage", "north"), at("oil", place))
        };
        expect(&apart("north"), &[]);
        expect(
            &apart("south"),
            &[(23, &format!("service oil: {field} 1 names a service of another location"))],
        );
        expect(
            &apart("west"),
            &[(22, "service oil: location names \"west\", but there is no such location")],
        );
    }
}

#[test]
fn addons_that_could_never_be_booked() {
    let oil = service("oil", "addon_to = [\"massage\"]\n");
    let scent = service("scent", "addon_to = [\"massage\", \"oil\"]\n");
    let on_itself = "addon_to 2 names a service that is an add-on itself";
    expect(&format!("{PLACE}{SERVICE}{oil}{scent}"), &[(22, &format!("service scent: {on_itself}"))]);
    expect(&format!("{PLACE}{scent}{oil}{SERVICE}"), &[(11, &format!("service scent: {on_itself}"))]);
    let around = service("massage", "addon_to = [\"oil\"]\n");
    expect(
        &format!("{PLACE}{oil}{around}"),
        &[
            (11, "service oil: addon_to 1 names a service that is an add-on itself"),
            (17, "service massage: addon_to 1 names a service that is an add-on itself"),
        ],
    );
    let exclusive = "service oil: addon_to 1 names a service that excludes this one, or is excluded by it";
    expect(&format!("{PLACE}{SERVICE}{oil}excludes = [\"massage\"]\n"), &[(16, exclusive)]);
    expect(&format!("{PLACE}{SERVICE}excludes = [\"oil\"]\n{oil}"), &[(17, exclusive)]);
}
