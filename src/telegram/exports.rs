//! Tables on their way to the staff: written page by page into a private file, sent, and gone from the disk.
//!
//! A small one comes before its update is done, so it survives a restart like any answer. What takes longer goes on beside;
//! where that fails, its person is told and can tap again.

use std::{
    collections::HashSet,
    io::{self, BufWriter, Write as _},
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use teloxide::RequestError;
use tokio::sync::Semaphore;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    bots::Bots,
    errors::{HandleError, Verdict, chain, verdict},
    render,
    screens::{self, Frame},
};
use crate::{
    domain::{
        export::{Export, Period, Span},
        ids::TelegramId,
    },
    i18n::Tr,
    scratch::{Kept, Parcel, Scratch, Sizes},
    services::{ServiceError, Services, browse::Viewer, exports},
    t,
};

/// Tables that are made or sent at the same time by one process.
const AT_ONCE: usize = 2;
/// How long the other updates of somebody wait for their table; teloxide alone takes ten seconds to tell of a proxy's error.
const PATIENCE: Duration = Duration::from_secs(12);
/// How long a table may still take when the bot stops.
const GRACE: Duration = Duration::from_secs(10);
/// The longest wait that Telegram may ask for between two parts, and how often.
const LONGEST_WAIT: Duration = Duration::from_mins(1);
const TRIES: u32 = 3;

/// Makes tables and sends them.
#[derive(Clone)]
pub struct Exports(Arc<Inner>);

struct Inner {
    /// `None` where no folder could be made.
    scratch: Option<Scratch>,
    turn: Semaphore,
    busy: Mutex<HashSet<TelegramId>>,
    running: TaskTracker,
    stop: CancellationToken,
}

/// Why a table did not arrive.
#[derive(Debug, thiserror::Error)]
enum ExportError {
    #[error(transparent)]
    Service(#[from] ServiceError),
    #[error("telegram")]
    Telegram(#[from] RequestError),
    #[error("the file could not be written")]
    File(#[from] io::Error),
    #[error("the table could not be written")]
    Table(#[from] csv::Error),
    #[error("there is no folder for it")]
    NoFolder,
    #[error("the bot stops")]
    Stops,
}

/// For whom, and what.
struct Order {
    services: Services,
    bots: Bots,
    viewer: Viewer,
    tr: Tr,
    export: Export,
}

impl Exports {
    /// Sweeps what dead processes have left below `base`.
    pub fn new(base: &Path, stop: CancellationToken) -> Exports {
        let scratch = Scratch::open(base)
            .map_err(|error| tracing::warn!(error = %error, "there is no folder for tables"))
            .ok();
        let inner = Inner {
            scratch,
            turn: Semaphore::new(AT_ONCE),
            busy: Mutex::default(),
            running: TaskTracker::new(),
            stop,
        };
        Exports(Arc::new(inner))
    }

    /// Where the files are while they are made.
    pub fn folder(&self) -> Option<&Path> {
        self.0.scratch.as_ref().map(Scratch::folder)
    }

    /// Ends what is still under way; their people are told.
    pub(super) async fn finish(&self) {
        self.0.running.close();
        self.0.running.wait().await;
    }

    /// Makes a table and sends it, or leaves that to a task of its own where it takes long.
    pub(super) async fn send(
        &self,
        services: &Services,
        bots: &Bots,
        (viewer, tr): (Viewer, Tr),
        export: Export,
    ) -> Result<(), HandleError> {
        let person = viewer.person;
        let Some(busy) = Busy::begin(&self.0, person) else {
            return Ok(render::say(&bots.prompt, person, &t!(tr, "export-busy")).await?);
        };
        let order = Order { services: services.clone(), bots: bots.clone(), viewer, tr, export };
        let task = self.0.running.spawn(async move {
            let sent = {
                let _turn = busy.0.turn.acquire().await;
                tokio::select! {
                    sent = Box::pin(busy.0.deliver(&order)) => sent,
                    () = busy.0.must_stop() => Err(ExportError::Stops),
                }
            };
            if let Err(error) = sent {
                order.failed(&error).await;
            }
        });
        match tokio::time::timeout(PATIENCE, task).await {
            Ok(Ok(())) | Err(_) => Ok(()),
            Ok(Err(_)) => Err(HandleError::Panic),
        }
    }
}

/// Each person has one table under way at a time.
struct Busy(Arc<Inner>, TelegramId);

impl Busy {
    /// `None` while there is one under way.
    fn begin(inner: &Arc<Inner>, person: TelegramId) -> Option<Busy> {
        let mut busy = inner.busy.lock().unwrap_or_else(PoisonError::into_inner);
        busy.insert(person).then(|| Busy(inner.clone(), person))
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.busy.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.1);
    }
}

impl Order {
    async fn failed(&self, error: &ExportError) {
        let person = self.viewer.person;
        let line = chain(error);
        if let ExportError::Telegram(error) = error
            && verdict(error) == Verdict::Unreachable
        {
            tracing::info!(user_id = person.0, error = line, "nobody is there to take the table");
            return;
        }
        tracing::warn!(
            user_id = person.0,
            what = self.export.subject.label(),
            error = line,
            "no table was sent"
        );
        let said = t!(self.tr, "export-failed");
        if let Err(error) = render::say(&self.bots.prompt, person, &said).await {
            tracing::warn!(user_id = person.0, error = %chain(&error), "the person could not be told");
        }
    }
}

impl Inner {
    async fn must_stop(&self) {
        self.stop.cancelled().await;
        tokio::time::sleep(GRACE).await;
    }

    async fn deliver(self: &Arc<Self>, order: &Order) -> Result<(), ExportError> {
        let scratch = self.scratch.as_ref().ok_or(ExportError::NoFolder)?;
        let started = Instant::now();
        let Some(mut reader) = exports::read(&order.services, order.viewer, order.export).await? else {
            return Ok(());
        };
        let export = reader.export();
        let (zone, now) = (order.services.zone, order.services.clock.now());
        let frame = Frame { tr: order.tr, now, can_go_back: false, is_aloud: false };
        let mut table = Table::begin(scratch)?;
        table = table.write(vec![screens::head(frame, export)]).await?;
        let mut rows = 0usize;
        loop {
            let page = reader.next().await?;
            if page.is_empty() {
                break;
            }
            rows = rows.saturating_add(page.len());
            table = table.write(screens::rows(frame, export, &page, zone)).await?;
        }
        let name = file_name(export, reader.days());
        // Nothing of the database is kept busy while Telegram takes its time.
        drop(reader);
        let file = table.end()?;
        let inner = self.clone();
        let packing = tokio::task::spawn_blocking(move || {
            let scratch = inner.scratch.as_ref().ok_or(ExportError::NoFolder)?;
            Ok::<Parcel, ExportError>(Parcel::pack(scratch, file, &name, Sizes::TELEGRAMS)?)
        });
        let parcel = packing.await.map_err(io::Error::other)??;
        let bytes = parcel.bytes()?;
        self.hand_over(scratch, order, &parcel, rows).await?;
        tracing::info!(
            user_id = order.viewer.person.0,
            what = export.subject.label(),
            ending = export.ending.label(),
            master_id = export.master.map(|master| master.0),
            with_comments = export.comments,
            rows,
            bytes,
            parts = parcel.parts,
            took_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
            "a table was taken away"
        );
        Ok(())
    }

    async fn hand_over(
        &self,
        scratch: &Scratch,
        order: &Order,
        parcel: &Parcel,
        rows: usize,
    ) -> Result<(), ExportError> {
        let tr = order.tr;
        let what = screens::subject(tr, order.export.subject);
        if let Some((path, name)) = parcel.whole() {
            let caption = t!(tr, "export-caption", what = what, count = rows);
            return Ok(send(order, path, name, &caption).await?);
        }
        for part in 1..=parcel.parts {
            let (kept, name) = parcel.cut(scratch, part)?;
            let (what, parts) = (what.as_str(), parcel.parts);
            let caption = t!(tr, "export-caption-part", what = what, part = part, parts = parts);
            send(order, kept.path(), &name, &caption).await?;
        }
        Ok(())
    }
}

/// Sends a file, and waits where Telegram asks for it.
async fn send(order: &Order, path: &Path, name: &str, caption: &str) -> Result<(), RequestError> {
    let (bot, person) = (&order.bots.uploads, order.viewer.person);
    let mut tries = 1;
    loop {
        match render::send_stored(bot, person, path, name, caption).await {
            Err(RequestError::RetryAfter(wait)) if tries < TRIES && wait.duration() <= LONGEST_WAIT => {
                tries += 1;
                tokio::time::sleep(wait.duration()).await;
            }
            result => return result,
        }
    }
}

/// "visits-2026-11-01-2026-11-30.csv".
fn file_name(export: Export, (first, last): (chrono::NaiveDate, chrono::NaiveDate)) -> String {
    let what = export.subject.label();
    if export.span == Span::Period(Period::All) {
        format!("{what}.csv")
    } else {
        format!("{what}-{first}-{last}.csv")
    }
}

/// A table that is being written.
struct Table {
    file: Kept,
    rows: csv::Writer<BufWriter<std::fs::File>>,
}

impl Table {
    fn begin(scratch: &Scratch) -> Result<Table, ExportError> {
        let (file, target) = scratch.file()?;
        let mut target = BufWriter::new(target);
        target.write_all(screens::BOM.as_bytes())?;
        let rows = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(target);
        Ok(Table { file, rows })
    }

    /// The disk may be slow, and others are waiting for the thread.
    async fn write(mut self, rows: Vec<Vec<String>>) -> Result<Table, ExportError> {
        let writing = tokio::task::spawn_blocking(move || {
            for row in rows {
                self.rows.write_record(row)?;
            }
            Ok(self)
        });
        writing.await.map_err(io::Error::other)?
    }

    fn end(self) -> Result<Kept, ExportError> {
        let target = self.rows.into_inner().map_err(csv::IntoInnerError::into_error)?;
        target.into_inner().map_err(io::IntoInnerError::into_error)?;
        Ok(self.file)
    }
}
