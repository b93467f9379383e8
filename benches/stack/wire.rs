//! Counts round trips: a socket between the bot and PostgreSQL that sees every message.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use anyhow::Context as _;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{UnixListener, UnixStream},
    task::JoinSet,
};

const ENCRYPTION_REQUEST: u32 = 80_877_103;

pub(crate) struct Wire {
    url: String,
    trips: Arc<AtomicUsize>,
    folder: PathBuf,
    _relay: JoinSet<()>,
}

impl Wire {
    pub(crate) fn start(database: &str) -> anyhow::Result<Wire> {
        let (base, host) = database.split_once("?host=").context("a URL with a socket's folder")?;
        let real = PathBuf::from(host.replace("%2F", "/")).join(".s.PGSQL.5432");
        let folder = std::env::temp_dir().join(format!("vizit-wire-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let listener = UnixListener::bind(folder.join(".s.PGSQL.5432"))?;
        let trips = Arc::new(AtomicUsize::new(0));
        let mut relay = JoinSet::new();
        let counter = trips.clone();
        relay.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                let (real, counter) = (real.clone(), counter.clone());
                connections.spawn(async move {
                    if let Ok(server) = UnixStream::connect(&real).await {
                        connect(client, server, counter).await;
                    }
                });
            }
        });
        let url = format!("{base}?host={}", folder.display());
        Ok(Wire { url, trips, folder, _relay: relay })
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The count once nothing has happened for a while; the look at the inbox each second is far apart from it.
    pub(crate) async fn settled(&self) -> usize {
        let mut count = self.trips.load(Ordering::Relaxed);
        loop {
            tokio::time::sleep(Duration::from_millis(60)).await;
            let now = self.trips.load(Ordering::Relaxed);
            if now == count {
                return count;
            }
            count = now;
        }
    }

    /// As `settled`, but not before something has happened.
    pub(crate) async fn settled_after(&self, count: usize) -> usize {
        while self.trips.load(Ordering::Relaxed) == count {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        self.settled().await
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        // A leftover in the temporary folder harms nobody.
        std::fs::remove_dir_all(&self.folder).unwrap_or_default();
    }
}

async fn connect(client: UnixStream, server: UnixStream, trips: Arc<AtomicUsize>) {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let mut back = JoinSet::new();
    back.spawn(async move {
        let copied = tokio::io::copy(&mut from_server, &mut to_client).await;
        drop(copied);
    });
    // The first message has no type; when it asks for encryption, which a socket does not have, another follows.
    let (mut is_first, mut is_clean) = (true, false);
    while let Some((kind, message)) = message(&mut from_client, is_first).await {
        is_first = is_first && message.get(4..) == Some(&ENCRYPTION_REQUEST.to_be_bytes());
        // Sync ends an extended query, Query is a simple one: the server answers each, and the bot waits for it. A Sync
        // with nothing before it is how the pool looks after a connection that was given back; nobody waits for that.
        let is_look = kind == Some(b'S') && is_clean;
        is_clean = matches!(kind, Some(b'S' | b'Q'));
        if is_clean && !is_look {
            trips.fetch_add(1, Ordering::Relaxed);
        }
        if to_server.write_all(&message).await.is_err() {
            break;
        }
    }
}

async fn message(
    from: &mut tokio::net::unix::OwnedReadHalf,
    is_first: bool,
) -> Option<(Option<u8>, Vec<u8>)> {
    let mut message = Vec::new();
    let kind = if is_first { None } else { Some(from.read_u8().await.ok()?) };
    message.extend(kind);
    let length = from.read_u32().await.ok()?;
    message.extend(length.to_be_bytes());
    let mut body = vec![0; usize::try_from(length.checked_sub(4)?).ok()?];
    from.read_exact(&mut body).await.ok()?;
    message.extend(body);
    Some((kind, message))
}
