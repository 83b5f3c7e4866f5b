//! [`FileLog`], the log of one machine.

use std::{
    fmt,
    fs::{File, OpenOptions},
    io::{self, BufRead, BufReader, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{task::spawn_blocking, time::sleep};

use super::{Head, LogError, LogFuture, Logged, RevocationLog};

/// How many records are read at a time.
const PAGE: usize = 5_000;

/// A log in a file, for a service that runs as one process.
///
/// Records are appended and synchronised to the disk, so they outlive a crash of the process or of the
/// machine. The file is locked: a second process that opens it fails. It contains the ids of users who
/// were revoked, and grows by about a hundred bytes for each.
#[derive(Clone)]
pub struct FileLog(Arc<Inner>);

struct Inner {
    path: PathBuf,
    file: Mutex<File>,
    is_new: bool,
    beat: Mutex<Option<String>>,
}

impl FileLog {
    /// Opens a log, or creates it. The folder must exist.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be opened or created, and with [`io::ErrorKind::WouldBlock`] if
    /// another process has it open.
    pub fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        let path = path.as_ref().to_owned();
        let options = || {
            let mut options = OpenOptions::new();
            options.read(true).append(true);
            options
        };
        let (mut file, is_new) = match options().create_new(true).open(&path) {
            Ok(file) => (file, true),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                (options().open(&path)?, false)
            }
            Err(error) => return Err(error),
        };
        fs4::FileExt::try_lock(&file).map_err(|error| match error {
            fs4::TryLockError::WouldBlock => {
                let message = "another process has the log of revocations open; run one process, \
                               or use a log for several";
                io::Error::new(io::ErrorKind::WouldBlock, message)
            }
            fs4::TryLockError::Error(error) => error,
        })?;
        match is_new {
            true => sync_folder(&path)?,
            false => end_last_line(&mut file)?,
        }
        Ok(Self(Arc::new(Inner {
            path,
            file: Mutex::new(file),
            is_new,
            beat: Mutex::new(None),
        })))
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut File) -> io::Result<T> + Send + 'static,
    ) -> Result<T, LogError> {
        let inner = Arc::clone(&self.0);
        let done = spawn_blocking(move || work(&mut inner.file()));
        match done.await {
            Ok(result) => result.map_err(|error| self.error(&error)),
            Err(_) => Err(LogError::new("cannot be used while the runtime stops")),
        }
    }

    fn error(&self, error: &io::Error) -> LogError {
        let path = self.0.path.display();
        LogError::new(format!("in the file {path} cannot be used: {error}"))
    }
}

impl Inner {
    fn file(&self) -> MutexGuard<'_, File> {
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn beat(&self) -> MutexGuard<'_, Option<String>> {
        self.beat.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RevocationLog for FileLog {
    fn append<'a>(&'a self, records: &'a [String]) -> LogFuture<'a, ()> {
        let text: String = records
            .iter()
            .flat_map(|one| [one.as_str(), "\n"])
            .collect();
        Box::pin(self.run(move |file| {
            let length = file.seek(SeekFrom::End(0))?;
            let written = file.write_all(text.as_bytes());
            if let Err(error) = written.and_then(|()| file.sync_data()) {
                // Half a record must not stay in front of the next one.
                let _ = file.set_len(length);
                return Err(error);
            }
            Ok(())
        }))
    }

    fn read_after<'a>(
        &'a self,
        position: Option<&'a str>,
        wait: Duration,
    ) -> LogFuture<'a, Vec<Logged>> {
        Box::pin(async move {
            let start: u64 = position
                .map_or(Ok(0), str::parse)
                .map_err(|_| LogError::new("has no such position"))?;
            let page = self.run(move |file| read(file, start)).await?;
            if !page.is_empty() || wait.is_zero() {
                return Ok(page);
            }
            sleep(wait).await;
            self.run(move |file| read(file, start)).await
        })
    }

    fn head(&self) -> LogFuture<'_, Head> {
        Box::pin(async move {
            Ok(Head {
                last: self.run(last).await?,
                // The lock keeps the file that of this process.
                instance: String::new(),
                beat: self.0.beat().clone(),
                is_new: self.0.is_new,
            })
        })
    }

    fn beat<'a>(&'a self, value: &'a str) -> LogFuture<'a, ()> {
        *self.0.beat() = Some(value.to_owned());
        Box::pin(async { Ok(()) })
    }
}

impl fmt::Debug for FileLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileLog")
            .field("path", &self.0.path)
            .finish_non_exhaustive()
    }
}

/// Reads whole lines from an offset on. The position of a record is the offset after it.
fn read(file: &mut File, start: u64) -> io::Result<Vec<Logged>> {
    file.seek(SeekFrom::Start(start))?;
    let mut lines = BufReader::new(file);
    let (mut page, mut offset, mut line) = (Vec::new(), start, Vec::new());
    while page.len() < PAGE {
        line.clear();
        let bytes = lines.read_until(b'\n', &mut line)?;
        if line.pop() != Some(b'\n') {
            break;
        }
        offset += u64::try_from(bytes).unwrap_or(u64::MAX);
        page.push(Logged {
            position: offset.to_string(),
            record: String::from_utf8_lossy(&line).into_owned(),
        });
    }
    Ok(page)
}

/// Returns the offset after the last whole line.
fn last(file: &mut File) -> io::Result<Option<String>> {
    let mut end = file.seek(SeekFrom::End(0))?;
    let mut chunk = [0; 512];
    while end > 0 {
        let start = end.saturating_sub(chunk.len() as u64);
        let length = usize::try_from(end - start).unwrap_or(chunk.len());
        file.seek(SeekFrom::Start(start))?;
        io::Read::read_exact(file, &mut chunk[..length])?;
        if let Some(at) = memchr::memrchr(b'\n', &chunk[..length]) {
            return Ok(Some((start + at as u64 + 1).to_string()));
        }
        end = start;
    }
    Ok(None)
}

/// Ends a record that a crash cut off. It is read as a record of an unknown kind.
fn end_last_line(file: &mut File) -> io::Result<()> {
    let length = file.seek(SeekFrom::End(0))?;
    if length > 0 && last(file)? != Some(length.to_string()) {
        file.write_all(b"\n")?;
        file.sync_data()?;
    }
    Ok(())
}

/// Makes sure that a new file is still in its folder after a crash.
fn sync_folder(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}
