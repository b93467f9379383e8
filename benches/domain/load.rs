//! The availability of everybody on every day, beside the statement that loads its rows.

use std::time::{Duration, Instant};

use vizit::{
    db::availability,
    domain::conversation::{MasterChoice, Screen},
    services::browse::{self, Facts, Viewer},
};

use super::{
    business::{self, Business, HORIZON, MASTERS, days, horizon, now},
    median, milliseconds, ratio, say,
    statements::Statements,
};

const ROUNDS: usize = 31;

pub(crate) async fn run(business: &Business, statements: &Statements) -> anyhow::Result<()> {
    let pool = business.pool(1).await?;
    let services = business::services(&pool);
    let client = business.client(0);
    let viewer = Viewer {
        person: vizit::domain::ids::TelegramId(0),
        client: Some(client),
        master: None,
        is_admin: false,
    };
    let (wish, master) = (business.wish.clone(), MasterChoice::Anyone);
    let calendar = Screen::Calendar { wish: wish.clone(), master, month: None };

    let (mut bare, mut shown, mut all) = (Vec::new(), Vec::new(), Vec::new());
    let (mut days_with_time, mut times) = (0, 0);
    for _ in 0..ROUNDS {
        let started = Instant::now();
        let query = statements.availability(&wish, None, Some(client), horizon(), now());
        let rows = query.fetch_all(&pool).await?;
        bare.push(started.elapsed());
        anyhow::ensure!(rows.len() > usize::try_from(MASTERS)?, "{} rows", rows.len());

        let started = Instant::now();
        let facts = browse::facts(&services, viewer, &calendar).await?;
        shown.push(started.elapsed());
        let Facts::Calendar(facts) = facts else { anyhow::bail!("{facts:?} instead of a calendar") };
        days_with_time = facts.free.len();

        let started = Instant::now();
        let mut conn = pool.acquire().await?;
        let found = availability::load(&mut conn, &wish, None, Some(client), horizon(), now()).await?;
        drop(conn);
        let found = found.ok_or_else(|| anyhow::anyhow!("no location"))?;
        times = found.searches().iter().flat_map(|search| days().map(|date| search.on(date).len())).sum();
        all.push(started.elapsed());
    }
    pool.close().await;

    let bare = median(&bare);
    let line = |what: &str, time: Duration| {
        say(&format!(
            "  {what:<36}  {:>6.1} ms, {:.2} times the bare SQL",
            milliseconds(time),
            ratio(time, bare)
        ))
    };
    say(&format!(
        "availability of {MASTERS} masters on {HORIZON} days, {} visits among them",
        business.visits
    ))?;
    say(&format!("  {:<36}  {:>6.1} ms", "bare SQL", milliseconds(bare)))?;
    line(&format!("the calendar ({days_with_time} free days)"), median(&shown))?;
    line(&format!("every free time ({times})"), median(&all))?;
    Ok(())
}
