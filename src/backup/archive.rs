//! The archive: a ZIP file that any program opens which knows AES, with the dump and a note of what is in it.

use std::{
    io::{self, Read, Write},
    path::PathBuf,
};

use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use zip::{AesMode, CompressionMethod, ZipArchive, ZipWriter, result::ZipError, write::SimpleFileOptions};

use super::{
    BackupError, Tried as _,
    parts::{Joined, PartWriter, Written},
};

const PROGRAM: &str = "vizit";
const FORMAT: u32 = 1;
const MANIFEST: &str = "manifest.json";
const DUMP: &str = "database.dump";
/// More than the counts of any number of tables take.
const MANIFEST_BYTES: u64 = 16_000_000;
const CHUNK: usize = 64 * 1024;

/// What a backup says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    program: String,
    format: u32,
    /// Of the program that made it.
    pub version: String,
    pub taken_at: DateTime<Utc>,
    pub server_major: u32,
    /// The newest migration that the database had.
    pub schema: i64,
    pub database_bytes: u64,
    pub tables: Vec<Table>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Table {
    /// With its schema.
    pub name: String,
    pub rows: i64,
}

impl Manifest {
    pub fn new(
        taken_at: DateTime<Utc>,
        server_major: u32,
        schema: i64,
        database_bytes: u64,
        tables: Vec<Table>,
    ) -> Manifest {
        Manifest {
            program: PROGRAM.to_owned(),
            format: FORMAT,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            taken_at,
            server_major,
            schema,
            database_bytes,
            tables,
        }
    }
}

/// Reads a dump to its end and writes the archive of it.
pub fn write(
    mut dump: impl Read,
    parts: PartWriter,
    manifest: &Manifest,
    passphrase: Option<&SecretString>,
) -> Result<Written, BackupError> {
    let action = format!("the archive cannot be written to {}", parts.folder().display());
    let mut zip = ZipWriter::new_stream(parts);
    let failed = |error: ZipError| BackupError::io(action.clone(), error.into());
    let options = || {
        let options = SimpleFileOptions::default().unix_permissions(0o600);
        match passphrase {
            Some(passphrase) => options.with_aes_encryption(AesMode::Aes256, passphrase.expose_secret()),
            None => options,
        }
    };
    zip.start_file(MANIFEST, options()).map_err(failed)?;
    let text = serde_json::to_vec_pretty(manifest).map_err(|error| failed(ZipError::Io(error.into())))?;
    zip.write_all(&text).map_err(|error| failed(error.into()))?;
    // pg_dump has compressed it already.
    let stored = options().compression_method(CompressionMethod::Stored).large_file(true);
    zip.start_file(DUMP, stored).map_err(failed)?;
    copy(&mut dump, &mut zip).map_err(|error| failed(error.into()))?;
    zip.finish().map_err(failed)?.into_inner().finish()
}

/// An archive whose manifest could be read.
pub struct Archive {
    zip: ZipArchive<Joined>,
    pub manifest: Manifest,
    pub dump_bytes: u64,
    passphrase: Option<SecretString>,
}

impl Archive {
    /// Of parts in their order.
    pub fn open(parts: &[PathBuf], passphrase: Option<SecretString>) -> Result<Archive, BackupError> {
        let mut start = [0; 4];
        let mut joined = Joined::open(parts)?;
        if joined.read_exact(&mut start).is_err() || start != *b"PK\x03\x04" {
            return Err(BackupError::NotOurs);
        }
        let mut zip = ZipArchive::new(joined).map_err(|_| BackupError::NoEnd)?;
        let secret = passphrase.as_ref();
        let mut text = Vec::new();
        {
            let file = entry(&mut zip, MANIFEST, secret)?;
            // A wrong passphrase is noticed at once but for one time in 65536; then it is noticed here.
            file.take(MANIFEST_BYTES).read_to_end(&mut text).map_err(|_| BackupError::Damaged)?;
        }
        let known: Known = serde_json::from_slice(&text).map_err(|_| BackupError::NotOurs)?;
        if known.program != PROGRAM {
            return Err(BackupError::NotOurs);
        }
        if known.format > FORMAT {
            return Err(BackupError::Newer(known.version));
        }
        let manifest = serde_json::from_slice(&text).map_err(|_| BackupError::Damaged)?;
        let dump_bytes = entry(&mut zip, DUMP, secret)?.size();
        Ok(Archive { zip, manifest, dump_bytes, passphrase })
    }

    /// Writes the dump, and fails unless every byte of it is the one that was put in.
    ///
    /// Who no longer wants to read is no failure: the rest is still read and checked.
    pub fn read_dump(&mut self, out: &mut impl Write) -> Result<(), BackupError> {
        let mut file = entry(&mut self.zip, DUMP, self.passphrase.as_ref())?;
        let mut out = Some(out);
        let mut buffer = vec![0; CHUNK];
        loop {
            let count = file.read(&mut buffer).map_err(|_| BackupError::Damaged)?;
            let Some(bytes) = buffer.get(..count).filter(|bytes| !bytes.is_empty()) else { break };
            match out.as_mut().map(|out| out.write_all(bytes)) {
                Some(Err(error)) if error.kind() == io::ErrorKind::BrokenPipe => out = None,
                Some(result) => result.tried(|| "the dump cannot be taken out of the archive".to_owned())?,
                None => {}
            }
        }
        out.map_or(Ok(()), Write::flush).or_else(|error| match error.kind() {
            io::ErrorKind::BrokenPipe => Ok(()),
            _ => Err(error).tried(|| "the dump cannot be taken out of the archive".to_owned()),
        })
    }
}

/// The part of a manifest that every version writes.
#[derive(Deserialize)]
struct Known {
    program: String,
    format: u32,
    version: String,
}

fn entry<'a>(
    zip: &'a mut ZipArchive<Joined>,
    name: &str,
    passphrase: Option<&SecretString>,
) -> Result<zip::read::ZipFile<'a, Joined>, BackupError> {
    let index = zip.index_for_name(name).ok_or(BackupError::NotOurs)?;
    let is_encrypted = zip.by_index_raw(index).map_err(|_| BackupError::Damaged)?.encrypted();
    let opened = match (is_encrypted, passphrase) {
        (false, _) => zip.by_index(index),
        (true, None) => return Err(BackupError::NoPassphrase),
        (true, Some(passphrase)) => zip.by_index_decrypt(index, passphrase.expose_secret().as_bytes()),
    };
    opened.map_err(|error| match error {
        ZipError::InvalidPassword => BackupError::WrongPassphrase,
        _ => BackupError::Damaged,
    })
}

/// As `io::copy`, in chunks of one size.
fn copy(from: &mut impl Read, to: &mut impl Write) -> io::Result<()> {
    let mut buffer = vec![0; CHUNK];
    loop {
        match from.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(count) => to.write_all(buffer.get(..count).unwrap_or_default())?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
