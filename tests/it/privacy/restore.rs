//! Whoever was forgotten stays forgotten, whatever backup comes back.

use chrono::TimeDelta;
use sqlx::PgPool;

use super::stands_in;
use crate::{
    backup::support::{Folder, back_up, restore},
    harness::{ADMIN, Database, Person, World, run},
};

const NAME: &str = "Zyxann Wqrst";

/// A backup with Ann and Bob in it; then Ann is forgotten. Her code.
async fn forgotten_after_a_backup(t: &mut World, folder: &Folder) -> (Person, String) {
    let olga = t.person(ADMIN, "Olga");
    olga.says("/start").await;
    let (ann, bob) = (t.client(NAME).await, t.client("Robert").await);
    ann.books(&["Massage"], "Anna", "30", "10:00").await;
    bob.books(&["Massage"], "Anna", "30", "12:00").await;
    let (well, said) = back_up(t.database.url(), folder, &[]).await;
    assert!(well, "{said}");
    ann.says("/forget").await;
    ann.taps("Yes, forget me").await;
    t.advance(TimeDelta::hours(24));
    ann.waits_for("You are forgotten").await;
    t.settle().await;
    let told = olga.message("has been forgotten").text;
    let code = told.chars().skip_while(|c| !c.is_ascii_digit()).take_while(|c| *c != ' ').collect::<String>();
    t.stop().await;
    (bob, code.trim_end_matches("</b>").to_owned())
}

#[test]
fn a_backup_over_the_database_forgets_again_by_itself() {
    run(async |t| {
        let folder = Folder::new();
        let (bob, _) = forgotten_after_a_backup(t, &folder).await;
        let (well, said) = restore(t.database.url(), &folder, &folder.backup(), &["--force"]).await;
        assert!(well && said.contains("forgotten again, as they had wished: 1 clients"), "{said}");
        assert_eq!(stands_in(t, "Zyx").await, Vec::<String>::new());
        let left: Vec<(String, String)> = sqlx::query_as(
            "SELECT c.name, b.status::text FROM clients c JOIN bookings b ON b.client_id = c.id ORDER BY b.id",
        )
        .fetch_all(&t.pool)
        .await
        .expect("the visits");
        let both = [("—", "cancelled"), ("Robert", "confirmed")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        assert_eq!(left, both);
        // A second time there is nothing to do, and the bot runs on.
        let (well, said) = restore(t.database.url(), &folder, &folder.backup(), &["--force"]).await;
        assert!(well && said.contains("forgotten again"), "{said}");
        t.start().await;
        t.settle().await;
        bob.says("/visits").await;
        bob.sees_button("Massage");
    });
}

#[test]
fn in_an_empty_database_they_are_named() {
    run(async |t| {
        let folder = Folder::new();
        let (_, code) = forgotten_after_a_backup(t, &folder).await;
        let other = Database::empty().await;
        let wrong = code.replace(|c: char| c.is_ascii_alphanumeric(), "0").replacen('0', "1", 1);
        let files = folder.backup();
        let (well, said) = restore(other.url(), &folder, &files, &["--forget", "nobody"]).await;
        assert!(!well && said.contains("names nobody"), "{said}");
        let named = ["--forget", &code, "--forget", &wrong];
        let (well, said) = restore(other.url(), &folder, &files, &named).await;
        assert!(well && said.contains("forgotten again, as they had wished: 1 clients"), "{said}");
        assert!(said.contains(&format!("{wrong} names nobody whom this backup knows")), "{said}");
        let pool = PgPool::connect(other.url()).await.expect("a database");
        let left: Vec<String> =
            sqlx::query_scalar("SELECT name FROM clients WHERE name IN ('—', 'Robert', $1) ORDER BY name")
                .bind(NAME)
                .fetch_all(&pool)
                .await
                .expect("the names");
        assert_eq!(left.len(), 2, "{left:?}");
        assert!(!left.contains(&NAME.to_owned()), "{left:?}");
        pool.close().await;
        other.remove().await;

        let third = Database::empty().await;
        let (well, said) = restore(third.url(), &folder, &files, &[]).await;
        assert!(well && said.contains("name them by --forget"), "{said}");
        third.remove().await;
    });
}

/// Who wants to be forgotten, and who does not any more, stands in the database that is replaced.
#[test]
fn wishes_come_along_and_nobody_is_forgotten_who_has_changed_their_mind() {
    run(async |t| {
        let folder = Folder::new();
        let (ann, bob) = (t.client(NAME).await, t.client("Robert").await);
        ann.says("/forget").await;
        ann.taps("Yes, forget me").await;
        assert!(back_up(t.database.url(), &folder, &[]).await.0);
        t.advance(TimeDelta::minutes(10));
        ann.taps("Keep my data").await;
        t.advance(TimeDelta::minutes(50));
        bob.says("/forget").await;
        bob.taps("Yes, forget me").await;
        t.advance(TimeDelta::hours(19));
        t.stop().await;
        let (well, said) = restore(t.database.url(), &folder, &folder.backup(), &["--force"]).await;
        assert!(well, "{said}");
        t.start().await;
        t.advance(TimeDelta::hours(4));
        super::has_run(t, "erasure").await;
        assert_eq!(super::number(t, "SELECT count(*) FROM clients WHERE forgotten_at IS NOT NULL").await, 0);
        let wishes: Vec<String> = sqlx::query_scalar(
            "SELECT c.name FROM erasures e JOIN clients c ON c.id = e.client_id WHERE e.state = 'asked'",
        )
        .fetch_all(&t.pool)
        .await
        .expect("the wishes");
        assert_eq!(wishes, ["Robert"]);
        let due: chrono::DateTime<chrono::Utc> =
            sqlx::query_scalar("SELECT due_at FROM erasures WHERE state = 'asked'")
                .fetch_one(&t.pool)
                .await
                .expect("an instant");
        let left = due - crate::backup::support::now();
        assert!(left > TimeDelta::hours(23) && left <= TimeDelta::hours(24), "a day once more: {due}");
    });
}

/// A backup from before the client was known must not make the database forget that they are forgotten.
#[test]
fn the_wrong_backup_first_and_then_the_right_one_forgets_all_the_same() {
    run(async |t| {
        let (before, after) = (Folder::new(), Folder::new());
        assert!(back_up(t.database.url(), &before, &[]).await.0);
        forgotten_after_a_backup(t, &after).await;
        let (well, said) = restore(t.database.url(), &before, &before.backup(), &["--force"]).await;
        assert!(well && !said.contains("forgotten again"), "{said}");
        let (well, said) = restore(t.database.url(), &after, &after.backup(), &["--force"]).await;
        assert!(well && said.contains("forgotten again, as they had wished: 1 clients"), "{said}");
        assert_eq!(stands_in(t, "Zyx").await, Vec::<String>::new());
    });
}
