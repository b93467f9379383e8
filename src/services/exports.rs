//! What the staff takes away: page by page out of one view of the database, whatever changes meanwhile.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{Postgres, Transaction};

use super::{ServiceError, Services, browse::Viewer, privacy::ONE_LOOK};
pub use crate::db::exports::{ClientRow, MasterName, PaymentRow, VisitRow};
use crate::{
    db::{
        self, client_views,
        exports::{self, Which},
    },
    domain::{
        export::{Export, Subject},
        ranges::Range,
        time,
    },
};

/// Rows that are in memory at a time.
const PAGE: i64 = 500;
/// Masters that can be chosen; Telegram takes a hundred buttons.
const MOST_MASTERS: i64 = 60;

/// What may be chosen.
#[derive(Debug, Clone)]
pub struct Choices {
    pub export: Export,
    pub days: (NaiveDate, NaiveDate),
    /// For admins, and only where there are several.
    pub masters: Vec<MasterName>,
    pub is_admin: bool,
}

/// `None` for who is none of the staff.
pub(super) async fn choices(
    conn: &mut sqlx::PgConnection,
    services: &Services,
    viewer: Viewer,
    export: Export,
) -> Result<Option<Choices>, ServiceError> {
    let Some(export) = allowed(viewer, export) else { return Ok(None) };
    let mut masters = if viewer.is_admin { exports::masters(conn, MOST_MASTERS).await? } else { Vec::new() };
    if masters.len() == 1 {
        masters.clear();
    }
    Ok(Some(Choices { export, days: days(services, export), masters, is_admin: viewer.is_admin }))
}

/// What of it somebody may take away: a master only what is about their own visits, and no payments.
fn allowed(viewer: Viewer, export: Export) -> Option<Export> {
    if viewer.is_admin {
        return Some(export);
    }
    viewer.master.filter(|_| export.subject != Subject::Payments)?;
    Some(Export { master: viewer.master, ..export })
}

fn days(services: &Services, export: Export) -> (NaiveDate, NaiveDate) {
    export.span.days(time::local_date(services.zone, services.clock.now()))
}

/// Some rows.
#[derive(Debug, Clone)]
pub enum Page {
    Visits(Vec<VisitRow>),
    Clients(Vec<ClientRow>),
    Payments(Vec<PaymentRow>),
}

impl Page {
    pub fn len(&self) -> usize {
        match self {
            Page::Visits(rows) => rows.len(),
            Page::Clients(rows) => rows.len(),
            Page::Payments(rows) => rows.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Goes through a table from its first to its last page, and writes down who takes whom away.
pub struct Reader {
    services: Services,
    viewer: Viewer,
    transaction: Transaction<'static, Postgres>,
    export: Export,
    which: Which,
    after_visit: Option<(DateTime<Utc>, i64)>,
    after: Option<i64>,
}

impl Reader {
    /// What is read from, with what may not be read left out.
    pub fn export(&self) -> Export {
        self.export
    }

    /// The first and the last day.
    pub fn days(&self) -> (NaiveDate, NaiveDate) {
        self.which.days
    }

    /// The next page; empty when there is none.
    pub async fn next(&mut self) -> Result<Page, ServiceError> {
        let page = self.page().await?;
        self.note(&page).await?;
        Ok(page)
    }

    /// Clients may know who has looked at them; in a snapshot nothing can be written, so it is another connection.
    async fn note(&self, page: &Page) -> Result<(), ServiceError> {
        let (clients, visits): (Vec<i64>, Vec<i64>) = match page {
            Page::Visits(rows) => (Vec::new(), rows.iter().map(|row| row.id).collect()),
            Page::Clients(rows) => (rows.iter().map(|row| row.id).collect(), Vec::new()),
            Page::Payments(rows) => (rows.iter().filter_map(|row| row.client_id).collect(), Vec::new()),
        };
        let now = self.services.clock.now();
        let who = (self.viewer.person, self.viewer.master);
        let mut conn = self.services.pool.acquire().await?;
        Ok(client_views::note_table(&mut conn, (&clients, &visits), who, now - ONE_LOOK, now).await?)
    }

    async fn page(&mut self) -> Result<Page, ServiceError> {
        let conn = &mut *self.transaction;
        Ok(match self.export.subject {
            Subject::Visits => {
                let (after, comments) = (self.after_visit, self.export.comments);
                let rows = exports::visits(conn, self.which, after, comments, PAGE).await?;
                self.after_visit = rows.last().map(|row| (row.visit.start(), row.id));
                Page::Visits(rows)
            }
            Subject::Clients => {
                let rows = exports::clients(conn, self.which, self.after, PAGE).await?;
                self.after = rows.last().map(|row| row.id);
                Page::Clients(rows)
            }
            Subject::Payments => {
                let (first, last) = self.which.days;
                // Money is counted by the zone of the business.
                let zone = self.services.zone;
                let ends = time::day(zone, first).zip(time::day(zone, last));
                let within = ends.and_then(|(first, last)| Range::new(first.start(), last.end()));
                let Some(within) = within else { return Ok(Page::Payments(Vec::new())) };
                let rows = exports::payments(conn, self.which, within, self.after, PAGE).await?;
                self.after = rows.last().map(|row| row.id);
                Page::Payments(rows)
            }
        })
    }
}

/// Begins to read what somebody wants to take away; `None` where they may not.
pub async fn read(
    services: &Services,
    viewer: Viewer,
    export: Export,
) -> Result<Option<Reader>, ServiceError> {
    let Some(export) = allowed(viewer, export) else { return Ok(None) };
    let which = Which { days: days(services, export), master: export.master, ending: export.ending };
    // All pages show the same moment, so no visit that moves meanwhile is there twice, or not at all.
    let transaction = services.pool.begin_with(db::SNAPSHOT).await?;
    let services = services.clone();
    Ok(Some(Reader { services, viewer, transaction, export, which, after_visit: None, after: None }))
}
