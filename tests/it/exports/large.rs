//! Large tables, and tables that do not arrive.

use std::{io::Read as _, time::Duration};

use vizit_sandbox::{Fault, FaultKind};

use super::{left_over, olga, table};
use crate::harness::{World, run};

const FAILED: &str = "Something went wrong with the table";

/// Visits that took place, one an hour, long ago.
async fn many(t: &World, count: i64) {
    sqlx::query(
        "WITH visits AS ( \
             INSERT INTO bookings (uid, client_id, master_id, location_id, status, starts_at, ends_at, occupied, zone, \
                                   price_minor, currency, created_at, status_at) \
             SELECT gen_random_uuid(), (SELECT min(id) FROM clients), (SELECT min(id) FROM masters), \
                    (SELECT min(id) FROM locations), 'completed', at, at + interval '1 hour', \
                    tstzrange(at, at + interval '1 hour', '[)'), 'Europe/Berlin', n % 10000, 'EUR', at, at \
             FROM (SELECT n, timestamptz '2020-01-01 00:00Z' + n / 3 * interval '1 hour' AS at \
                   FROM generate_series(1, $1) n) hours \
             RETURNING id, starts_at), \
         items AS ( \
             INSERT INTO booking_items (booking_id, position, service_id, names, minutes, price_minor) \
             SELECT id, 0, (SELECT min(id) FROM services), '{\"en\": \"A massage of the whole body\"}', 60, 6000 FROM visits) \
         INSERT INTO booking_changes (booking_id, at, from_status, to_status, actor, correlation_id) \
         SELECT id, starts_at, NULL, 'completed', 'system', gen_random_uuid() FROM visits",
    )
    .bind(count)
    .execute(&t.pool)
    .await
    .expect("many visits");
}

#[test]
fn a_large_table_arrives_whole() {
    run(async |t| {
        let olga = olga(t).await;
        t.client("Ann").await;
        many(t, 30_000).await;
        olga.says("/export").await;
        olga.taps("All days").await;
        olga.taps_without_waiting("📎 Export");
        olga.waits_for("Visits: 30000 rows").await;
        let (_, _, rows) = table(&olga);
        assert_eq!(rows.len(), 30_000);
        assert!(rows.windows(2).all(|pair| pair[0][1] <= pair[1][1]), "in the order of their starts");
        let mut ids: Vec<&String> = rows.iter().map(|row| &row[0]).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 30_000, "each of them once");
        assert_eq!(left_over(t), 0);
        // What every test is checked for at its end would take long over so many.
        sqlx::query("TRUNCATE bookings CASCADE").execute(&t.pool).await.expect("no visits");
    });
}

#[test]
fn a_table_that_is_too_large_comes_as_an_archive() {
    run(async |t| {
        let olga = olga(t).await;
        t.client("Ann").await;
        many(t, 2000).await;
        let names = "UPDATE booking_items SET names = jsonb_build_object('en', repeat('Kneading. ', 2200))";
        sqlx::query(names).execute(&t.pool).await.expect("long names");
        olga.says("/export").await;
        olga.taps("All days").await;
        olga.taps_without_waiting("📎 Export");
        olga.waits_for("Visits: 2000 rows").await;
        let (name, bytes) = olga.file();
        assert_eq!(name, "visits.csv.zip");
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("an archive");
        let mut text = String::new();
        archive.by_name("visits.csv").expect("the table").read_to_string(&mut text).expect("text");
        assert!(text.len() > 40_000_000);
        assert_eq!(text.lines().count(), 2001);
        assert_eq!(left_over(t), 0);
        sqlx::query("TRUNCATE bookings CASCADE").execute(&t.pool).await.expect("no visits");
    });
}

#[test]
fn a_table_that_cannot_be_sent_is_told_and_leaves_nothing() {
    run(async |t| {
        t.expects_refusals();
        let olga = olga(t).await;
        t.client("Ann").await.books(&["Massage"], "Anna", "26", "09:00").await;
        olga.says("/export").await;
        let fault = |kind| {
            let method = Some("sendDocument".to_owned());
            t.sandbox.telegram().add_fault(Fault { method, chat: None, kind, times: 1, after: 0 });
        };
        fault(FaultKind::Refused);
        olga.taps("📎 Export").await;
        assert_eq!((olga.heard(FAILED), left_over(t)), (1, 0));
        assert_eq!(olga.heard("Visits: 1 row"), 0);
        olga.taps("📎 Export").await;
        assert_eq!((olga.heard("Visits: 1 row"), left_over(t)), (1, 0));
        // Nobody knows whether it has arrived, so nothing more is said than that.
        fault(FaultKind::AnswerLost);
        olga.taps("📎 Export").await;
        assert_eq!((olga.heard(FAILED), olga.heard("Visits: 1 row"), left_over(t)), (2, 2, 0));
        // Telegram asks for a little patience, which is no failure.
        fault(FaultKind::TooManyRequests { retry_after: 1 });
        olga.taps("📎 Export").await;
        assert_eq!((olga.heard(FAILED), olga.heard("Visits: 1 row"), left_over(t)), (2, 3, 0));
        let folder = t.scratch();
        t.stop().await;
        assert!(!folder.exists(), "the bot's end leaves nothing behind");
    });
}

/// A second wish while the first is still on its way is no second table.
#[test]
fn a_table_on_its_way_is_waited_for() {
    run(async |t| {
        let olga = olga(t).await;
        t.client("Ann").await.books(&["Massage"], "Anna", "26", "09:00").await;
        olga.says("/export").await;
        let kind = FaultKind::Slow { by: Duration::from_secs(14) };
        let method = Some("sendDocument".to_owned());
        t.sandbox.telegram().add_fault(Fault { method, chat: None, kind, times: 1, after: 0 });
        olga.taps("📎 Export").await;
        olga.says("/export").await;
        olga.taps("📎 Export").await;
        assert_eq!(olga.heard("still on its way"), 1);
        olga.waits_for("Visits: 1 row").await;
        while left_over(t) > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        olga.taps("📎 Export").await;
        assert_eq!((olga.heard("Visits: 1 row"), left_over(t)), (2, 0));
    });
}
