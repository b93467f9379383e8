//! The very statements that the program sends, read from where they are kept for compiling without a database; so what
//! is measured beside the program cannot drift from it.

use std::{fs, path::Path};

use chrono::{DateTime, Utc};
use sqlx::{
    Postgres,
    postgres::{PgArguments, types::PgRange},
    query::Query,
};
use vizit::domain::{
    conversation::Wish,
    ids::{BookingId, ClientId, MasterId},
    ranges::Range,
};

#[derive(Clone, Copy)]
pub(crate) struct Statements {
    availability: &'static str,
    pub(crate) take: &'static str,
    pub(crate) card: &'static str,
    pub(crate) confirm: &'static str,
}

impl Statements {
    pub(crate) fn read() -> anyhow::Result<Statements> {
        let mut texts = Vec::new();
        for file in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".sqlx"))? {
            let kept: serde_json::Value = serde_json::from_str(&fs::read_to_string(file?.path())?)?;
            texts.extend(kept.get("query").and_then(serde_json::Value::as_str).map(str::to_owned));
        }
        let the_only = |name: &str, is_it: &dyn Fn(&str) -> bool| {
            let mut found = texts.iter().filter(|text| is_it(text));
            match (found.next(), found.next()) {
                // There are few, and they are needed to the end.
                (Some(text), None) => Ok::<&'static str, anyhow::Error>(text.clone().leak()),
                (None, _) => anyhow::bail!("no statement to {name}"),
                (Some(_), Some(_)) => anyhow::bail!("several statements to {name}"),
            }
        };
        Ok(Statements {
            availability: the_only("load", &|text| text.contains("AS \"client_busy?"))?,
            take: the_only("take", &|text| text.contains("INSERT INTO bookings"))?,
            card: the_only("show", &|text| text.ends_with("WHERE b.id = $1"))?,
            confirm: the_only("confirm", &|text| text.contains("series_id = coalesce($10, series_id)"))?,
        })
    }

    pub(crate) fn availability(
        &self,
        wish: &Wish,
        only: Option<MasterId>,
        client: Option<ClientId>,
        span: Range,
        now: DateTime<Utc>,
    ) -> Query<'static, Postgres, PgArguments> {
        let services: Vec<i32> = wish.services.iter().map(|service| service.0).collect();
        sqlx::query(self.availability)
            .bind(wish.location.0)
            .bind(services)
            .bind(only.map(|master| master.0))
            .bind(PgRange::from(span.start()..span.end()))
            .bind(client.map(|client| client.0))
            .bind(now)
            .bind(wish.moving.map(|BookingId(id)| id))
    }
}
