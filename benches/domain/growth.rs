//! What a booking costs after many years, beside what it costs in the beginning.

use std::time::{Duration, Instant};

use vizit_sandbox::postgres::PrivatePostgres;

use super::{book::through_the_service, business::Business, median, milliseconds, ratio, say};

/// Days whose visits are in the table, before today and after it.
const YOUNG: (u32, u32) = (4, 30);
const OLD: (u32, u32) = (3304, 30);
const VISITS: usize = 600;
/// Until connections have prepared their statements.
const WARM_UP: usize = 50;

pub(crate) async fn run(postgres: &PrivatePostgres) -> anyhow::Result<()> {
    let started = Instant::now();
    let young = Business::found(postgres, "young", YOUNG.0, YOUNG.1).await?;
    let old = Business::found(postgres, "old", OLD.0, OLD.1).await?;
    say(&format!(
        "a visit held and confirmed; it took {} s to fill the tables",
        started.elapsed().as_secs()
    ))?;

    let mut sides = Vec::new();
    for business in [&young, &old] {
        let pool = business.pool(2).await?;
        let mut errands: Vec<_> = business.errands(&pool).await?.into_iter().flatten().collect();
        errands.sort_by_key(|errand| errand.slot.visit.start());
        sides.push((business, pool, errands.into_iter(), Vec::new()));
    }
    for visit in 0..WARM_UP + VISITS {
        sides.reverse();
        for (business, pool, errands, times) in &mut sides {
            let errand = errands.next().ok_or_else(|| anyhow::anyhow!("no free time is left"))?;
            let started = Instant::now();
            through_the_service(pool, &business.wish, errand).await?;
            if visit >= WARM_UP {
                times.push(started.elapsed());
            }
        }
    }
    sides.sort_by_key(|(business, ..)| business.visits);
    let mut least = None;
    for (business, pool, _, times) in sides {
        let time: Duration = median(&times);
        let ratio = ratio(time, *least.get_or_insert(time));
        say(&format!(
            "  among {:>7} visits  {:>5.2} ms, {ratio:.2} times the first",
            business.visits,
            milliseconds(time)
        ))?;
        pool.close().await;
    }
    Ok(())
}
