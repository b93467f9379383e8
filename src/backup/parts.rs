//! An archive in parts: written one after the other, read as one.

use std::{
    fs::File,
    io::{self, BufWriter, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};

use super::{BackupError, Tried as _, work::private_file};

/// What Telegram takes of a bot is 50 MB; the rest is for the form around it.
pub const PART_BYTES: u64 = 49_000_000;
const CHUNK: usize = 64 * 1024;

#[derive(Debug, Clone)]
pub struct Part {
    pub path: PathBuf,
    pub bytes: u64,
    pub sha256: String,
}

/// A whole archive.
#[derive(Debug, Clone)]
pub struct Written {
    pub parts: Vec<Part>,
    pub bytes: u64,
    pub sha256: String,
}

/// Splits what is written to it into files.
///
/// It fails once. Afterwards it takes everything and keeps nothing, for what is in front of it, the writer of ZIP files, goes
/// on while it is being dropped, and would complain past the log.
pub struct PartWriter {
    folder: PathBuf,
    limit: u64,
    parts: Vec<Part>,
    open: Option<OpenPart>,
    whole: Sha256,
    has_failed: bool,
}

struct OpenPart {
    path: PathBuf,
    file: BufWriter<File>,
    bytes: u64,
    hash: Sha256,
}

impl PartWriter {
    /// Parts of at most `limit` bytes.
    pub fn new(folder: &Path, limit: u64) -> PartWriter {
        PartWriter {
            folder: folder.to_owned(),
            limit: limit.max(1),
            parts: Vec::new(),
            open: None,
            whole: Sha256::new(),
            has_failed: false,
        }
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub fn finish(mut self) -> Result<Written, BackupError> {
        let closed = if self.has_failed { Err(io::ErrorKind::WriteZero.into()) } else { self.close() };
        closed.tried(|| format!("the archive cannot be written to {}", self.folder.display()))?;
        let bytes = self.parts.iter().map(|part| part.bytes).sum();
        Ok(Written { parts: self.parts, bytes, sha256: hex(self.whole) })
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.open.as_ref().is_some_and(|open| open.bytes >= self.limit) {
            self.close()?;
        }
        let open = match &mut self.open {
            Some(open) => open,
            empty @ None => {
                let path = self.folder.join(format!("part.{:03}", self.parts.len() + 1));
                let file = BufWriter::with_capacity(CHUNK, private_file(&path)?);
                empty.insert(OpenPart { path, file, bytes: 0, hash: Sha256::new() })
            }
        };
        let room = usize::try_from(self.limit - open.bytes).unwrap_or(usize::MAX);
        let bytes = bytes.get(..room).unwrap_or(bytes);
        open.file.write_all(bytes)?;
        open.hash.update(bytes);
        self.whole.update(bytes);
        open.bytes += length(bytes.len());
        Ok(bytes.len())
    }

    fn close(&mut self) -> io::Result<()> {
        let Some(open) = self.open.take() else { return Ok(()) };
        open.file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
        self.parts.push(Part { path: open.path, bytes: open.bytes, sha256: hex(open.hash) });
        Ok(())
    }
}

impl Write for PartWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.has_failed || bytes.is_empty() {
            return Ok(bytes.len());
        }
        let put = self.put(bytes);
        self.has_failed = put.is_err();
        put
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Fails unless the parts on the disk are what was written.
pub fn check(written: &Written) -> Result<(), BackupError> {
    let mut whole = Sha256::new();
    for part in &written.parts {
        let action = || format!("{} cannot be read again", part.path.display());
        let mut file = File::open(&part.path).tried(action)?;
        let mut buffer = vec![0; CHUNK];
        loop {
            let count = file.read(&mut buffer).tried(action)?;
            if count == 0 {
                break;
            }
            whole.update(buffer.get(..count).unwrap_or_default());
        }
    }
    if hex(whole) == written.sha256 {
        return Ok(());
    }
    let folder = written.parts.first().and_then(|part| part.path.parent()).unwrap_or(Path::new("."));
    Err(BackupError::NotAsWritten(folder.to_owned()))
}

/// Puts the parts of one archive in order, whatever order they came in. A single file may have any name.
pub fn arrange(files: &[PathBuf]) -> Result<Vec<PathBuf>, BackupError> {
    let numbered = |file: &PathBuf| {
        let number = file.extension()?.to_str()?;
        let is_number = number.len() >= 3 && number.bytes().all(|byte| byte.is_ascii_digit());
        let stem = file.file_stem()?.to_str()?.to_owned();
        Some((number.parse::<usize>().ok().filter(|_| is_number)?, stem))
    };
    if let [file] = files
        && numbered(file).is_none()
    {
        return Ok(files.to_vec());
    }
    let mut parts = Vec::new();
    for file in files {
        let (number, stem) = numbered(file).ok_or_else(|| BackupError::NoPart(file.clone()))?;
        parts.push((number, stem, file));
    }
    parts.sort();
    for (expected, (number, stem, _)) in (1..).zip(&parts) {
        if let Some((_, first, _)) = parts.first().filter(|(_, first, _)| first != stem) {
            return Err(BackupError::PartsMixed(first.clone(), stem.clone()));
        }
        if *number > expected {
            return Err(BackupError::PartMissing(expected));
        }
        if *number < expected {
            return Err(BackupError::PartTwice(*number));
        }
    }
    Ok(parts.into_iter().map(|(_, _, file)| file.clone()).collect())
}

/// Parts, read as the one file that they are together. At most one is open at a time.
pub struct Joined {
    /// Each with where it begins and ends in the whole.
    parts: Vec<(PathBuf, u64, u64)>,
    position: u64,
    open: Option<(usize, File)>,
}

impl Joined {
    /// In this order. All but the last must be of one size, which is how they are written.
    pub fn open(files: &[PathBuf]) -> Result<Joined, BackupError> {
        let (mut parts, mut begin) = (Vec::new(), 0);
        for (number, file) in (1..).zip(files) {
            let found = std::fs::metadata(file).tried(|| format!("{} cannot be read", file.display()))?;
            let first =
                parts.first().map_or(found.len(), |(_, begin, end): &(PathBuf, u64, u64)| end - begin);
            let is_last = number == files.len();
            if found.len() > first || (found.len() != first && !is_last) {
                return Err(BackupError::PartSize(number));
            }
            parts.push((file.clone(), begin, begin + found.len()));
            begin += found.len();
        }
        Ok(Joined { parts, position: 0, open: None })
    }

    fn total(&self) -> u64 {
        self.parts.last().map_or(0, |(_, _, end)| *end)
    }
}

impl Read for Joined {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let here = self.position;
        let found = self.parts.iter().enumerate().find(|(_, (_, begin, end))| (*begin..*end).contains(&here));
        let Some((index, (path, begin, end))) = found else { return Ok(0) };
        let file = match &mut self.open {
            Some((open, file)) if *open == index => file,
            other => {
                let mut file = File::open(path)?;
                file.seek(SeekFrom::Start(here - begin))?;
                &mut other.insert((index, file)).1
            }
        };
        let room = usize::try_from(end - here).unwrap_or(usize::MAX).min(buffer.len());
        let count = file.read(buffer.get_mut(..room).unwrap_or_default())?;
        self.position += length(count);
        Ok(count)
    }
}

impl Seek for Joined {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::End(offset) => self.total().checked_add_signed(offset),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
        };
        self.position = position.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        self.open = None;
        Ok(self.position)
    }
}

fn length(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

fn hex(hash: Sha256) -> String {
    use std::fmt::Write as _;
    hash.finalize().iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap_or_default();
        text
    })
}
