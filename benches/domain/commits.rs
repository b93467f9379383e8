//! Bookings per second through the service, beside the same statements sent without it.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use sqlx::{PgPool, Postgres, pool::PoolConnection};
use tokio::task::JoinSet;
use vizit::domain::conversation::Wish;

use super::{
    book::{Plain, through_the_service},
    business::{Business, Errand},
    median, say,
    statements::Statements,
};

const WRITERS: [usize; 3] = [1, 8, 32];
/// In each, both sides have their turn. The first, in which connections prepare their statements, is not counted.
const ROUNDS: usize = 9;
/// How long one side writes before it is the other's turn.
const TURN: Duration = Duration::from_millis(1200);

pub(crate) async fn run(business: &Business, statements: Statements) -> anyhow::Result<()> {
    say("bookings per second, each held and confirmed; nothing waits for a disk")?;
    let admin = business.pool(1).await?;
    let plain = Plain::new(statements, business.wish.clone(), business.availability(&admin).await?)?;
    let plain = Arc::new(plain);
    for count in WRITERS {
        let mut lists = lists(&business.errands(&admin).await?, count);
        let connections = u32::try_from(count)?;
        let (ours, bare) = (business.pool(connections).await?, business.pool(connections).await?);
        let (mut by_service, mut by_sql, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
        for round in 0..=ROUNDS {
            let mut rates = [0.0, 0.0];
            // Whoever is second finds the table as it is after the other.
            for side in [round % 2, 1 - round % 2] {
                let mut writers = Vec::new();
                for _ in 0..count {
                    writers.push(match side {
                        0 => Writer::Service(ours.clone(), business.wish.clone()),
                        _ => Writer::Plain(plain.clone(), bare.acquire().await?),
                    });
                }
                if let Some(rate) = rates.get_mut(side) {
                    *rate = turn(writers, &lists).await?;
                }
                sqlx::query("DELETE FROM bookings WHERE id > $1")
                    .bind(business.visits)
                    .execute(&admin)
                    .await?;
                for list in &mut lists {
                    let part = list.len() / (2 * ROUNDS);
                    list.rotate_left(part);
                }
            }
            let [service, sql] = rates;
            if round > 0 {
                by_service.push(service);
                by_sql.push(sql);
                ratios.push(service / sql);
            }
        }
        ours.close().await;
        bare.close().await;
        sqlx::raw_sql("VACUUM").execute(&admin).await?;
        say(&format!(
            "  {count:>2} at once  {:>5.0} through the service, {:>5.0} by plain SQL: {:.2} of it",
            median(&by_service),
            median(&by_sql),
            median(&ratios)
        ))?;
    }
    admin.close().await;
    Ok(())
}

/// What each writer has to do: masters of their own, from the next day on.
fn lists(by_master: &[Vec<Errand>], writers: usize) -> Vec<Vec<Errand>> {
    let of_writer = |writer| {
        let mut list: Vec<Errand> =
            by_master.iter().skip(writer).step_by(writers).flatten().copied().collect();
        list.sort_by_key(|errand| errand.slot.visit.start());
        list
    };
    (0..writers).map(of_writer).collect()
}

enum Writer {
    Service(PgPool, Wish),
    Plain(Arc<Plain>, PoolConnection<Postgres>),
}

impl Writer {
    async fn write(mut self, errands: Vec<Errand>, until: Instant) -> anyhow::Result<u32> {
        let mut booked = 0;
        for errand in errands {
            if Instant::now() >= until {
                break;
            }
            match &mut self {
                Writer::Service(pool, wish) => through_the_service(pool, wish, errand).await?,
                Writer::Plain(plain, conn) => plain.book(conn, errand).await?,
            }
            booked += 1;
        }
        Ok(booked)
    }
}

/// How many visits all writers together book in a second.
async fn turn(writers: Vec<Writer>, lists: &[Vec<Errand>]) -> anyhow::Result<f64> {
    let started = Instant::now();
    let mut tasks = JoinSet::new();
    for (writer, list) in writers.into_iter().zip(lists) {
        tasks.spawn(writer.write(list.clone(), started + TURN));
    }
    let mut booked = 0;
    while let Some(ended) = tasks.join_next().await {
        booked += ended??;
    }
    Ok(f64::from(booked) / started.elapsed().as_secs_f64())
}
