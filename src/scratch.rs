//! Files while they are being made: in a private folder of this process, and gone when they are done with.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Read as _, Seek as _, SeekFrom},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use uuid::Uuid;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use crate::backup::work::{WorkDir, private_file};

/// The folder of this process; it goes with it.
#[derive(Debug)]
pub struct Scratch {
    folder: PathBuf,
    kept: Mutex<WorkDir>,
}

impl Scratch {
    /// Removes what dead processes have left below `base`, and makes a folder of one's own.
    pub fn open(base: &Path) -> io::Result<Scratch> {
        WorkDir::sweep(base);
        let kept = WorkDir::create(base).map_err(io::Error::other)?;
        Ok(Scratch { folder: kept.path().to_owned(), kept: Mutex::new(kept) })
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// A new file that is removed when it is dropped.
    pub fn file(&self) -> io::Result<(Kept, File)> {
        // The system's cleaner takes what has lain there for days.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).persist()?;
        let path = self.folder().join(Uuid::new_v4().simple().to_string());
        let file = private_file(&path)?;
        Ok((Kept(path), file))
    }
}

/// A file that is removed when this is dropped.
#[derive(Debug)]
pub struct Kept(PathBuf);

impl Kept {
    pub fn path(&self) -> &Path {
        &self.0
    }

    pub fn bytes(&self) -> io::Result<u64> {
        Ok(fs::metadata(&self.0)?.len())
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        fs::remove_file(&self.0).unwrap_or_default();
    }
}

/// From which size on a file is zipped, and how large one may be that is sent.
#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    pub zip_above: u64,
    pub most: u64,
}

impl Sizes {
    /// Telegram takes 50 MB.
    pub const TELEGRAMS: Sizes = Sizes { zip_above: 40_000_000, most: 49_000_000 };
}

/// A file that is ready to be sent, in one or several parts.
#[derive(Debug)]
pub struct Parcel {
    file: Kept,
    /// With its endings, but without the number of a part.
    name: String,
    most: u64,
    pub parts: u64,
}

impl Parcel {
    /// Zips what is large. What it was made of is removed.
    pub fn pack(scratch: &Scratch, file: Kept, name: &str, sizes: Sizes) -> io::Result<Parcel> {
        let (file, name) = if file.bytes()? > sizes.zip_above {
            (zipped(scratch, &file, name)?, format!("{name}.zip"))
        } else {
            (file, name.to_owned())
        };
        let parts = file.bytes()?.div_ceil(sizes.most.max(1)).max(1);
        Ok(Parcel { file, name, most: sizes.most.max(1), parts })
    }

    pub fn bytes(&self) -> io::Result<u64> {
        self.file.bytes()
    }

    /// The file itself, where it is in one part.
    pub fn whole(&self) -> Option<(&Path, &str)> {
        (self.parts == 1).then_some((self.file.path(), self.name.as_str()))
    }

    /// A part, counted from 1, with its name.
    pub fn cut(&self, scratch: &Scratch, part: u64) -> io::Result<(Kept, String)> {
        let mut source = File::open(self.file.path())?;
        source.seek(SeekFrom::Start(part.saturating_sub(1).saturating_mul(self.most)))?;
        let (kept, mut file) = scratch.file()?;
        io::copy(&mut source.take(self.most), &mut file)?;
        Ok((kept, format!("{}.{part:03}", self.name)))
    }
}

fn zipped(scratch: &Scratch, file: &Kept, name: &str) -> io::Result<Kept> {
    let (kept, target) = scratch.file()?;
    let mut zip = ZipWriter::new(BufWriter::new(target));
    let options =
        SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).large_file(true);
    zip.start_file(name, options)?;
    io::copy(&mut File::open(file.path())?, &mut zip)?;
    zip.finish()?.into_inner()?;
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use std::{io::Write as _, os::unix::fs::PermissionsExt as _};

    use super::*;

    fn base() -> PathBuf {
        let base = std::env::temp_dir().join(format!("vizit-test-{}", Uuid::new_v4().simple()));
        fs::create_dir(&base).expect("a folder");
        base
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).expect("it is there").permissions().mode() & 0o777
    }

    #[test]
    fn nobody_else_may_read_and_nothing_stays() {
        let base = base();
        let scratch = Scratch::open(&base).expect("a folder");
        let (kept, _) = scratch.file().expect("a file");
        assert_eq!((mode(scratch.folder()), mode(kept.path())), (0o700, 0o600));
        let path = kept.path().to_owned();
        drop(kept);
        assert!(!path.exists());
        let (kept, _) = scratch.file().expect("a file");
        drop(scratch);
        assert!(!kept.path().exists());
        assert_eq!(fs::read_dir(&base).expect("a folder").count(), 0);
        fs::remove_dir(base).expect("empty");
    }

    #[test]
    fn a_folder_that_somebody_has_tidied_away_is_made_again() {
        let base = base();
        let scratch = Scratch::open(&base).expect("a folder");
        fs::remove_dir_all(scratch.folder()).expect("tidied away");
        let (kept, _) = scratch.file().expect("a file");
        assert_eq!((mode(scratch.folder()), mode(kept.path())), (0o700, 0o600));
        // Only the lock: then the next to come would take the folder for a leftover.
        fs::remove_file(scratch.folder().join("lock")).expect("tidied away");
        let _file = scratch.file().expect("a file");
        drop(Scratch::open(&base).expect("another process"));
        assert!(kept.path().exists());
        fs::remove_dir_all(scratch.folder()).expect("tidied away");
        drop(scratch);
        fs::remove_dir(base).expect("empty");
    }

    #[test]
    fn large_files_are_zipped_and_larger_ones_cut() {
        let base = base();
        let scratch = Scratch::open(&base).expect("a folder");
        // Numbers without an order, so that they stay large.
        let mut number = 7u64;
        let mut text = String::new();
        for _ in 0..5000 {
            number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            text.push_str(&number.to_string());
        }
        let written = || {
            let (kept, mut file) = scratch.file().expect("a file");
            file.write_all(text.as_bytes()).expect("written");
            kept
        };
        // Beside them lies the lock.
        let count = || fs::read_dir(scratch.folder()).expect("a folder").count() - 1;
        let small = Sizes { zip_above: 1_000_000, most: 1_000_000 };
        let parcel = Parcel::pack(&scratch, written(), "table.csv", small).expect("a parcel");
        assert_eq!(parcel.whole().map(|(_, name)| name), Some("table.csv"));
        drop(parcel);
        let zipped = Sizes { zip_above: 50_000, most: 1_000_000 };
        let parcel = Parcel::pack(&scratch, written(), "table.csv", zipped).expect("a parcel");
        assert_eq!(parcel.whole().map(|(_, name)| name), Some("table.csv.zip"));
        assert_eq!(count(), 1, "what it was made of is gone");
        drop(parcel);
        let cut = Sizes { zip_above: 50_000, most: 20_000 };
        let parcel = Parcel::pack(&scratch, written(), "table.csv", cut).expect("a parcel");
        assert!(parcel.parts > 1 && parcel.whole().is_none());
        let mut together = Vec::new();
        for part in 1..=parcel.parts {
            let (kept, name) = parcel.cut(&scratch, part).expect("a part");
            assert_eq!(name, format!("table.csv.zip.{part:03}"));
            let bytes = fs::read(kept.path()).expect("a part");
            assert!(bytes.len() <= 20_000 && !bytes.is_empty());
            together.extend(bytes);
            assert_eq!(count(), 2, "one part at a time");
        }
        let mut archive = zip::ZipArchive::new(io::Cursor::new(together)).expect("an archive");
        let mut entry = archive.by_name("table.csv").expect("the table");
        let mut read = String::new();
        entry.read_to_string(&mut read).expect("text");
        assert_eq!(read, text);
        drop(parcel);
        assert_eq!(count(), 0);
        drop(scratch);
        fs::remove_dir(base).expect("empty");
    }
}
