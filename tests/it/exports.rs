//! What the staff takes away as a table.

mod large;

use chrono::TimeDelta;
use vizit::{
    domain::{
        conversation::Action,
        export::{Choice, Subject},
        ids::MasterId,
    },
    telegram::Callback,
};

use crate::{
    harness::{ADMIN, ANNA, Person, VERA, World, run},
    money::with_deposits,
};

/// With a voucher and a code.
fn catalog() -> String {
    let extras = r#"
[[voucher]]
key = "ten-massages"
name = { en = "Ten massages", ru = "Десять массажей" }
service = "massage"
visits = 10
price = "500.00"
valid = "365 days"

[[promo]]
code = "HELLO"
off = "15.00"
"#;
    format!("{}{extras}", with_deposits())
}

async fn olga(t: &World) -> Person {
    let olga = t.person(ADMIN, "Olga");
    olga.says("/start").await;
    olga
}

/// The newest table: its name, its head and its rows.
fn table(person: &Person) -> (String, Vec<String>, Vec<Vec<String>>) {
    let (name, bytes) = person.file();
    let text = String::from_utf8(bytes).expect("text");
    let text = text.strip_prefix('\u{feff}').expect("the mark of UTF-8");
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "lines end as the standard says");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    let cells = |row: Result<csv::StringRecord, _>| {
        row.expect("a row").iter().map(str::to_owned).collect::<Vec<String>>()
    };
    let mut rows: Vec<Vec<String>> = reader.records().map(cells).collect();
    let head = rows.remove(0);
    (name, head, rows)
}

/// The cells of a column.
fn column(person: &Person, name: &str) -> Vec<String> {
    let (_, head, rows) = table(person);
    let place = head.iter().position(|title| title == name).unwrap_or_else(|| panic!("{name} in {head:?}"));
    rows.into_iter().map(|row| row[place].clone()).collect()
}

/// Another replica or test may keep files of its own; these are this bot's, but for the lock of its folder.
fn left_over(t: &World) -> usize {
    std::fs::read_dir(t.scratch()).expect("the folder for tables").count() - 1
}

/// A massage that is paid beforehand with money and made cheaper by a code.
async fn books_with_a_code(person: &Person, day: &str, time: &str) {
    person.looks_for(&["Massage"], "Anna", day).await;
    person.taps_exactly(time).await;
    person.taps("I have a code").await;
    person.says("HELLO").await;
    person.taps("Pay €20").await;
    person.pays().await;
}

async fn attended(master: &Person, day: &str, time: &str, said: &str) {
    master.says(&format!("/day {day}")).await;
    master.taps(time).await;
    master.taps(said).await;
}

#[test]
fn an_admin_takes_the_visits_of_a_month_away() {
    run(async |t| {
        t.offers(&catalog()).await;
        let olga = olga(t).await;
        let (evil, bob) = (t.client("=cmd()|' /C calc'!A0").await, t.client("Bob, \"the\" builder").await);
        books_with_a_code(&evil, "26", "09:00").await;
        bob.says("/vouchers").await;
        bob.taps("Ten massages").await;
        bob.taps("For me").await;
        bob.pays().await;
        bob.looks_for(&["Massage"], "Anna", "27").await;
        bob.taps_exactly("10:00").await;
        bob.taps("Use a visit").await;
        olga.says("/export").await;
        for line in ["A table to take away", "Visits", "1 November 2026 – 30 November 2026", "Everyone"] {
            olga.sees(line);
        }
        olga.taps("📎 Export").await;
        assert_eq!(olga.heard("Visits: 2 rows"), 1);
        let (name, head, rows) = table(&olga);
        assert_eq!(name, "visits-2026-11-01-2026-11-30.csv");
        assert_eq!((head.len(), rows.len()), (21, 2));
        let row = |place: usize| rows[place].iter().skip(1).map(String::as_str).collect::<Vec<_>>();
        assert_eq!(head[..6], ["Visit", "Start", "Minutes", "Location", "Master", "Services"]);
        let first = [
            "2026-11-26 09:00",
            "60",
            "Test Studio",
            "Anna",
            "Massage",
            "'=cmd()|' /C calc'!A0",
            "",
            "Booked",
            "2026-11-23 09:00",
            "45.00",
            "15.00",
            "HELLO",
            "20.00",
            "With the provider",
            "",
            "Paid for visits ahead",
            "",
            "",
            "EUR",
            "",
        ];
        assert_eq!(row(0), first);
        assert_eq!(column(&olga, "Client")[1], "Bob, \"the\" builder");
        assert_eq!(column(&olga, "Paid by voucher"), ["", "50.00"]);
        assert_eq!(column(&olga, "Paid beforehand"), ["20.00", ""]);
        assert_eq!(left_over(t), 0);
        let log = t.log.text();
        let line = log.lines().find(|line| line.contains("a table was taken away")).expect("a line");
        for part in ["user_id=4001", "what=\"visits\"", "rows=2"] {
            assert!(line.contains(part), "{part} is not in {line}");
        }
        assert!(!log.contains("cmd()") && !log.contains("builder"));
    });
}

#[test]
fn the_table_speaks_the_language_of_its_reader() {
    run(async |t| {
        let olga = olga(t).await;
        t.client("Ann").await.books(&["Massage"], "Anna", "26", "09:00").await;
        olga.says("/language").await;
        olga.taps("Русский").await;
        olga.says("/export").await;
        olga.taps("Выгрузить").await;
        assert_eq!(olga.heard("Визиты: 1 строка"), 1);
        assert_eq!(column(&olga, "Мастер"), ["Анна"]);
        assert_eq!(column(&olga, "Услуги"), ["Массаж"]);
        assert_eq!(column(&olga, "Статус"), ["Запланирован"]);
    });
}

#[test]
fn comments_go_along_only_when_they_are_asked_for_and_endings_are_kept_apart() {
    run(async |t| {
        let (olga, anna) = (olga(t).await, t.person(ANNA, "Anna"));
        anna.says("/start").await;
        let (ann, bob, cy) = (t.client("Ann").await, t.client("Bob").await, t.client("Cy").await);
        ann.books(&["Massage"], "Anna", "24", "09:00").await;
        bob.books(&["Massage"], "Anna", "24", "11:00").await;
        cy.books(&["Facial"], "Anna", "27", "11:00").await;
        cy.taps("Cancel the visit").await;
        cy.taps("Yes, cancel it").await;
        t.advance(TimeDelta::days(2));
        t.settle().await;
        attended(&anna, "2026-11-24", "09:00", "Came").await;
        attended(&anna, "2026-11-24", "11:00", "Did not come").await;
        sqlx::query(
            "INSERT INTO ratings SELECT id, 5, '-2+3 stars', ends_at FROM bookings WHERE status = 'completed'",
        )
        .execute(&t.pool)
        .await
        .expect("a rating");
        olga.says("/export").await;
        olga.taps("📎 Export").await;
        assert_eq!(column(&olga, "Status"), ["Took place", "Missed", "Cancelled"]);
        assert_eq!(column(&olga, "Rating"), ["5", "", ""]);
        assert!(!table(&olga).1.contains(&"Comment".to_owned()));
        olga.taps("With comments").await;
        olga.sees_button("✅ With comments");
        olga.taps("📎 Export").await;
        assert_eq!(column(&olga, "Comment"), ["'-2+3 stars", "", ""]);
        for (ending, clients) in [("Took place", "Ann"), ("Missed", "Bob"), ("Cancelled", "Cy")] {
            olga.taps(ending).await;
            olga.taps("📎 Export").await;
            assert_eq!(column(&olga, "Client"), [clients]);
        }
        olga.taps("However they ended").await;
        olga.taps("Clients").await;
        olga.sees_no_button("With comments");
        olga.taps("📎 Export").await;
        assert_eq!(column(&olga, "Client"), ["Ann", "Bob", "Cy"]);
        let counts = ["Took place", "Missed", "Cancelled"].map(|name| column(&olga, name).concat());
        assert_eq!(counts, ["100", "010", "001"]);
        assert_eq!(column(&olga, "First visit")[0], "2026-11-24 09:00");
    });
}

#[test]
fn a_master_takes_only_their_own_away_and_no_payments() {
    run(async |t| {
        t.offers(&catalog()).await;
        let (olga, anna, vera) = (olga(t).await, t.person(ANNA, "Anna"), t.person(VERA, "Vera"));
        let (ann, bob) = (t.client("Ann").await, t.client("Bob").await);
        books_with_a_code(&ann, "26", "09:00").await;
        bob.looks_for(&["Massage"], "Boris", "26").await;
        bob.taps_exactly("09:00").await;
        bob.taps("Pay ").await;
        bob.pays().await;
        ann.shares_phone().await;
        // The staff needs no consent of its own for that.
        anna.says("/export").await;
        anna.sees("My own");
        for button in ["Payments", "Everyone", "Boris"] {
            anna.sees_no_button(button);
        }
        anna.taps("📎 Export").await;
        assert_eq!(column(&anna, "Client"), ["Ann"]);
        anna.taps("Clients").await;
        anna.taps("📎 Export").await;
        assert_eq!(column(&anna, "Client"), ["Ann"]);
        assert_eq!(column(&anna, "Phone"), ["'+49305550101"]);
        let boris: i32 = sqlx::query_scalar("SELECT id FROM masters WHERE key = 'boris'")
            .fetch_one(&t.pool)
            .await
            .expect("Boris");
        for choice in [Choice::Subject(Subject::Payments), Choice::Master(Some(MasterId(boris)))] {
            let (message, data) = anna.button("📎 Export");
            let rev = Callback::decode(&data).expect("a button").rev;
            anna.taps_data(message, &Callback { action: Action::Export(choice), rev }.encode()).await;
            assert_eq!(anna.toast().as_deref(), Some("This is for the admin. /help shows what you can do."));
        }
        anna.taps("📎 Export").await;
        assert_eq!(column(&anna, "Client"), ["Ann"]);
        vera.says("/export").await;
        vera.taps("📎 Export").await;
        assert_eq!(table(&vera).2.len(), 0, "only a head");
        // The admin chooses whose.
        olga.says("/export").await;
        olga.taps("Boris").await;
        olga.sees("👤 Boris");
        olga.taps("📎 Export").await;
        assert_eq!(column(&olga, "Client"), ["Bob"]);
        olga.taps("Payments").await;
        olga.taps("📎 Export").await;
        assert_eq!(column(&olga, "Client"), ["Bob"]);
        olga.taps("Everyone").await;
        olga.taps("📎 Export").await;
        assert_eq!(column(&olga, "Amount"), ["20.00", "20.00"]);
        assert_eq!(column(&olga, "Direction"), ["In", "In"]);
        assert_eq!(column(&olga, "By"), ["With the provider", "With the provider"]);
        assert_eq!(column(&olga, "For"), ["Paid for visits ahead", "Paid for visits ahead"]);
        let (_, _, rows) = table(&olga);
        let ids = [ann.id, bob.id].map(|id| id.to_string());
        assert!(rows.iter().flatten().all(|cell| !ids.contains(cell)), "no ids of Telegram: {rows:?}");
    });
}

/// The bot calls who has no name by their number, which is nobody's business.
#[test]
fn who_has_no_name_has_none_in_the_table() {
    run(async |t| {
        let olga = olga(t).await;
        let nameless = t.client("\u{202e}").await;
        nameless.books(&["Massage"], "Anna", "26", "09:00").await;
        olga.says("/export").await;
        for what in ["Visits", "Clients"] {
            olga.taps(what).await;
            olga.taps("📎 Export").await;
            assert_eq!(column(&olga, "Client"), [""]);
            assert!(!String::from_utf8(olga.file().1).expect("text").contains(&nameless.id.to_string()));
        }
    });
}

#[test]
fn it_is_for_the_staff() {
    run(async |t| {
        let ann = t.client("Ann").await;
        ann.says("/export").await;
        ann.sees("for the staff");
        ann.says("/export 2026-11-01 2026-11-30").await;
        ann.sees("for the staff");
        let (message, data) = ann.button("Book");
        let rev = Callback::decode(&data).expect("a button").rev;
        ann.taps_data(message, &Callback { action: Action::SendExport, rev }.encode()).await;
        assert!(ann.toast().is_some_and(|said| said.contains("for the staff")));
        let stranger = t.stranger("Cy", "en");
        stranger.says("/export").await;
        stranger.does_not_see("A table to take away");
    });
}

#[test]
fn days_are_chosen_by_words_and_by_dates() {
    run(async |t| {
        let olga = olga(t).await;
        let (ann, bob) = (t.client("Ann").await, t.client("Bob").await);
        ann.books(&["Massage"], "Anna", "30", "09:00").await;
        bob.looks_for(&["Massage"], "Anna", "30").await;
        bob.taps("Back").await;
        bob.taps_exactly("›").await;
        bob.taps_exactly("1").await;
        bob.taps_exactly("09:00").await;
        bob.taps("Confirm").await;
        bob.sees("Your visit is booked");
        let days = [
            ("This month", "Ann"),
            ("Last month", ""),
            ("This year", "AnnBob"),
            ("Last 12 months", ""),
            ("All days", "AnnBob"),
        ];
        olga.says("/export").await;
        for (words, clients) in days {
            olga.taps(words).await;
            olga.sees_button(&format!("✅ {words}"));
            olga.taps("📎 Export").await;
            assert_eq!(column(&olga, "Client").concat(), clients, "{words}");
        }
        assert_eq!(olga.file().0, "visits.csv");
        for (dates, clients) in
            [("2026-11-30 2026-12-01", "AnnBob"), ("2026-12-01", "Bob"), ("2026-11-01 2026-11-29", "")]
        {
            olga.says(&format!("/export {dates}")).await;
            olga.taps("📎 Export").await;
            assert_eq!(column(&olga, "Client").concat(), clients, "{dates}");
        }
        for bad in
            ["2026-12-01 2026-11-30", "yesterday", "2026-02-30 2026-03-01", "1 2 3", "0001-01-01 2026-01-01"]
        {
            olga.says(&format!("/export {bad}")).await;
            olga.sees("It needs a first and a last day");
        }
    });
}
