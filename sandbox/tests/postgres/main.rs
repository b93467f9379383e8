//! What must hold with a real server: it is there at once, it keeps what it shall keep, and nothing is left of it.

mod forced_end;
mod support;

use std::fs;

use anyhow::{Context, Result, ensure};
use vizit_sandbox::postgres::{Data, PrivatePostgres, StartError};

use crate::support::{is_gone, open_place, psql, query, server_pid, socket_directory, url};

#[tokio::test]
async fn connections_work_as_soon_as_it_is_started_and_nothing_stays_after_stop() -> Result<()> {
    let postgres = PrivatePostgres::start(Data::Throwaway).await?;
    ensure!(psql(&postgres, "SELECT 1")? == "1");
    let settings = psql(
        &postgres,
        "SELECT current_setting('server_version_num')::int / 10000, current_setting('listen_addresses'), \
         current_setting('server_encoding'), current_setting('fsync')",
    )?;
    ensure!(settings == format!("{}||UTF8|off", postgres.major()), "{settings}");
    psql(&postgres, "CREATE DATABASE \"odd name\"")?;
    let odd = query(&postgres.url("odd name"), "SELECT current_database()")?;
    ensure!(odd == "odd name", "{odd}");

    let (server, directory) = (server_pid(&url(&postgres))?, socket_directory(&url(&postgres))?);
    postgres.stop().await;
    ensure!(is_gone(server) && !directory.exists());
    Ok(())
}

#[tokio::test]
async fn kept_data_survives_and_the_directory_has_one_user_at_a_time() -> Result<()> {
    let place = open_place()?;
    let kept = Data::Kept(place.path().join("some/where/demo"));
    let first = PrivatePostgres::start(kept.clone()).await?;
    psql(&first, "CREATE TABLE note (text TEXT); INSERT INTO note VALUES ('kept')")?;
    ensure!(psql(&first, "SHOW fsync")? == "on");

    let second = PrivatePostgres::start(kept.clone()).await.map(drop);
    let refusal = second.err().context("a second start was allowed")?;
    ensure!(matches!(refusal, StartError::AlreadyRunning { .. }));
    let wanted = format!("already running, pid {}", std::process::id());
    ensure!(refusal.to_string().contains(&wanted), "{refusal}");
    ensure!(psql(&first, "SELECT text FROM note")? == "kept");
    first.stop().await;

    let again = PrivatePostgres::start(kept).await?;
    ensure!(psql(&again, "SELECT text FROM note")? == "kept");
    again.stop().await;
    Ok(())
}

#[tokio::test]
async fn data_of_a_version_that_is_not_installed_is_refused_clearly() -> Result<()> {
    let place = open_place()?;
    let directory = place.path().join("demo");
    PrivatePostgres::start(Data::Kept(directory.clone())).await?.stop().await;
    fs::write(directory.join("data/PG_VERSION"), "9\n")?;
    let refused = PrivatePostgres::start(Data::Kept(directory)).await;
    ensure!(matches!(refused, Err(StartError::OtherMajor { made_by: 9, .. })));
    Ok(())
}

#[tokio::test]
async fn a_server_that_ends_while_starting_is_reported_with_its_log() -> Result<()> {
    let place = open_place()?;
    let directory = place.path().join("demo");
    PrivatePostgres::start(Data::Kept(directory.clone())).await?.stop().await;
    fs::write(directory.join("data/postgresql.conf"), "no_such_setting = 1\n")?;
    let refused = PrivatePostgres::start(Data::Kept(directory)).await;
    ensure!(matches!(&refused, Err(StartError::ServerEnded { log }) if log.contains("no_such_setting")));
    Ok(())
}

#[tokio::test]
async fn two_throwaway_clusters_do_not_see_each_other() -> Result<()> {
    let (one, two) =
        tokio::join!(PrivatePostgres::start(Data::Throwaway), PrivatePostgres::start(Data::Throwaway));
    let (one, two) = (one?, two?);
    psql(&one, "CREATE TABLE only_here ()")?;
    ensure!(psql(&two, "SELECT to_regclass('only_here') IS NULL")? == "t");
    ensure!(psql(&one, "SELECT to_regclass('only_here') IS NULL")? == "f");
    let first = server_pid(&url(&one))?;
    drop(one);
    ensure!(is_gone(first), "dropping did not stop the server");
    ensure!(psql(&two, "SELECT 1")? == "1");
    two.stop().await;
    Ok(())
}
