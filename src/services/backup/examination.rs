//! Whether a backup could be made now.

use sqlx::{ConnectOptions as _, Connection as _};

use super::{Failure, Setup, blocking, check_room};
use crate::{
    backup::{link::Link, programs::Programs, work::WorkDir},
    db,
};

/// What there is for backups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fitness {
    pub server_major: u32,
    /// Where the client programs of that version are.
    pub programs: String,
    pub database_bytes: u64,
    /// Where they are made.
    pub free_bytes: u64,
}

/// Looks at all that a backup needs, and makes none.
pub async fn examine(setup: &Setup) -> Result<Fitness, Failure> {
    let link = Link::parse(&setup.database_url)?;
    let mut conn = link.options().connect().await?;
    let server_major = db::backup::server_major(&mut conn).await?;
    let database_bytes = db::backup::size(&mut conn).await?;
    conn.close().await?;
    let programs = Programs::find(setup.programs.as_deref(), server_major).await?;
    let setup = setup.clone();
    let free = blocking(move || {
        // Whoever can make a folder in them can make files.
        let work = WorkDir::create(&setup.work)?;
        let _kept = setup.to.as_deref().map(WorkDir::create).transpose()?;
        check_room(&setup, work.path(), database_bytes)
    });
    Ok(Fitness { server_major, programs: programs.place(), database_bytes, free_bytes: free.await? })
}
