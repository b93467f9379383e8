//! The bot is killed while it makes or sends a backup: the next start makes it anew, and tidies up.

use std::{fs, time::Duration};

use tokio::{
    process::Child,
    time::{sleep, timeout},
};
use vizit_sandbox::{Fault, FaultKind};

use super::{
    delivery::over,
    support::{Folder, SLOW, bot_variables, major, scratches},
};
use crate::harness::{ADMIN, World, program, run_without_bot};

fn start(t: &World, folder: &Folder) -> Child {
    let given = bot_variables(t, folder);
    let variables: Vec<(&str, &str)> = given.iter().map(|(name, value)| (*name, value.as_str())).collect();
    program::start(&["run"], &variables)
}

async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let waited = timeout(Duration::from_secs(30), async {
        while !is_so().await {
            sleep(Duration::from_millis(10)).await;
        }
    });
    waited.await.unwrap_or_else(|_| panic!("{what}"));
}

#[test]
fn killed_at_any_stage_the_bot_makes_and_sends_the_backup_after_all() {
    run_without_bot(async |t| {
        t.expects_refusals();
        let olga = t.person(ADMIN, "Olga");
        let major = major(t).await;
        let mut count = 0;
        for stage in ["pg_dump", "pg_restore", "sendDocument"] {
            let folder = Folder::new();
            let is_sending = stage == "sendDocument";
            if is_sending {
                folder.instead_of("pg_dump", major, "exec REAL \"$@\"");
                t.sandbox.telegram().add_fault(Fault {
                    method: Some(stage.to_owned()),
                    chat: None,
                    kind: FaultKind::ServerError { status: 502 },
                    times: 1000,
                    after: 0,
                });
            } else {
                folder.instead_of(stage, major, SLOW);
            }
            let mut bot = start(t, &folder);
            // The first one comes by itself.
            olga.says(if count == 0 { "/start" } else { "/backup" }).await;
            let began = folder.path.join("began");
            until("it does not begin", async || {
                if is_sending { olga.heard("is on its way") > 0 } else { began.exists() }
            })
            .await;
            let left = folder.work();
            bot.kill().await.expect("kill -9");
            assert_eq!(left.len(), 2, "the bot's folder and the backup's: {left:?}");
            let scratch = if stage == "pg_restore" {
                let arguments = fs::read_to_string(&began).expect("the arguments");
                let (_, name) = arguments.split_once("dbname='").expect("a database");
                name.split('\'').next().expect("a name").to_owned()
            } else {
                String::new()
            };
            assert_eq!(scratches(&t.pool).await.contains(&scratch), !scratch.is_empty());
            // The programs that it started find that nobody is there any more.
            fs::write(folder.path.join("go"), "").expect("a file");
            t.sandbox.telegram().clear_faults();
            // As if the five minutes had passed for which it was that process's.
            let over_now = "UPDATE backups SET lease_until = asked_at WHERE state = 'running'";
            let leases = sqlx::query(over_now).execute(&t.pool).await.expect("the lease");
            assert_eq!(leases.rows_affected(), 1, "{stage}");
            let mut bot = start(t, &folder);
            count += 1;
            over(t, count).await;
            let came = olga.documents().iter().filter(|name| name.starts_with("vizit-20")).count();
            assert_eq!(Ok(count), i64::try_from(came), "{stage}");
            let now = folder.work();
            assert!(now.len() == 1 && !left.contains(&now[0]), "{stage}: {left:?} and {now:?}");
            assert!(
                !scratches(&t.pool).await.contains(&scratch),
                "{stage}: it has gone with the next backup"
            );
            bot.kill().await.expect("kill -9");
        }
        let done: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM backups WHERE state = 'done' AND is_proven AND attempts = 2",
        )
        .fetch_one(&t.pool)
        .await
        .expect("a count");
        assert_eq!(done, count);
    });
}
