//! Parts in the folder where they stay: all of them or none, and never in the place of something else.

use std::{
    fs::{self, File},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
};

use tokio_util::sync::CancellationToken;

use super::{
    BackupError, Tried as _,
    work::{WorkDir, private_file},
};

const CHUNK: usize = 64 * 1024;

/// Parts on the disk on which they are to stay, still in a private folder there; that goes when this is dropped.
#[derive(Debug)]
pub struct Beside {
    folder: PathBuf,
    parts: Vec<PathBuf>,
    _work: WorkDir,
}

impl Beside {
    /// Brings parts, which stay where they are, to the disk of `folder`; `None` when it was stopped.
    pub fn bring(
        parts: &[PathBuf],
        folder: &Path,
        stop: &CancellationToken,
    ) -> Result<Option<Beside>, BackupError> {
        // A disk that is not mounted must not be mistaken for an empty folder.
        fs::read_dir(folder).tried(|| format!("{} cannot be used", folder.display()))?;
        WorkDir::sweep(folder);
        let work = WorkDir::create(folder)?;
        let mut brought = Vec::new();
        for (number, part) in (1..).zip(parts) {
            if stop.is_cancelled() {
                return Ok(None);
            }
            let place = work.path().join(format!("part.{number:03}"));
            // Otherwise it is another disk, or one that knows no links.
            if fs::hard_link(part, &place).is_err() && !copy(part, &place, stop)? {
                return Ok(None);
            }
            brought.push(place);
        }
        Ok(Some(Beside { folder: folder.to_owned(), parts: brought, _work: work }))
    }

    /// Gives the parts these names; `false` when a part of a backup called `backup` is there, and then none of them is given.
    pub fn keep_as(&self, backup: &str, names: &[String]) -> Result<bool, BackupError> {
        // What is left of another one must not look like a part of this one.
        if has_parts_of(&self.folder, backup) {
            return Ok(false);
        }
        let places: Vec<PathBuf> = names.iter().map(|name| self.folder.join(name)).collect();
        let mut kept = Vec::new();
        for (part, place) in self.parts.iter().zip(&places) {
            match name(part, place) {
                Ok(()) => kept.push((part, place)),
                Err(error) => {
                    for (part, place) in kept {
                        drop(fs::rename(place, part));
                        // A second name of the same file is not renamed.
                        drop(fs::remove_file(place));
                    }
                    if error.kind() == io::ErrorKind::AlreadyExists {
                        return Ok(false);
                    }
                    return Err(error).tried(|| format!("{} cannot be written", place.display()));
                }
            }
        }
        Ok(true)
    }
}

fn has_parts_of(folder: &Path, backup: &str) -> bool {
    let beginning = format!("{backup}.zip");
    let Ok(entries) = fs::read_dir(folder) else { return false };
    entries.flatten().any(|entry| entry.file_name().to_str().is_some_and(|file| file.starts_with(&beginning)))
}

/// Gives a file a name that nothing has.
fn name(file: &Path, place: &Path) -> io::Result<()> {
    match fs::hard_link(file, place) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            // Where there are no links, nothing is replaced but an empty file of ours.
            drop(private_file(place)?);
            fs::rename(file, place).inspect_err(|_| drop(fs::remove_file(place)))
        }
        named => named,
    }
}

/// Copies a file; `false` when it was stopped.
fn copy(from: &Path, to: &Path, stop: &CancellationToken) -> Result<bool, BackupError> {
    let action = || format!("{} cannot be written", to.display());
    let mut source = File::open(from).tried(|| format!("{} cannot be read again", from.display()))?;
    let mut target = private_file(to).tried(action)?;
    let mut buffer = vec![0; CHUNK];
    loop {
        if stop.is_cancelled() {
            return Ok(false);
        }
        match source.read(&mut buffer).tried(action)? {
            0 => break,
            count => target.write_all(buffer.get(..count).unwrap_or_default()).tried(action)?,
        }
    }
    target.sync_all().tried(action)?;
    Ok(true)
}
