//! [`FileLog`], the log of one machine.

mod lines;
mod shorten;

use std::{
    ffi::OsString,
    fmt,
    fs::{self, File, OpenOptions},
    io::{self, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, SystemTime},
};

use tokio::{task::spawn_blocking, time::sleep};

use self::{
    lines::{end_last_line, first, last, read},
    shorten::{shorten, sync_folder},
};
use super::{Head, LogError, LogFuture, Logged, RevocationLog};
use crate::telemetry;

/// What the file of the lock contains while nobody has accepted a new log.
const NEW: &[u8] = b"new\n";

/// A log in a file, for a service that runs as one process.
///
/// Records are appended and synchronised to the disk, so they outlive a crash of the process or of the
/// machine. A second file, whose name ends with `.lock`, locks the log, so another process cannot open the
/// log. The second file also remembers that a new log was not accepted yet, so keep both files together.
///
/// The log contains the ids of users who were revoked, and grows by about a hundred bytes for each. When a
/// process starts, it removes the entries that cannot refuse a token any more.
#[derive(Clone)]
pub struct FileLog(Arc<Inner>);

struct Inner {
    path: PathBuf,
    file: Mutex<File>,
    /// Locked for as long as the log is open. The file of the log itself can't be the lock, because
    /// `shorten` replaces it. Not empty while the log is new.
    lock: File,
    is_new: AtomicBool,
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
        let path = path.as_ref();
        let mut lock = lock(path)?;
        if !path.try_exists()? {
            // Written before the log is created, so that after a crash the log still counts as new.
            lock.set_len(0)?;
            lock.write_all(NEW)?;
            lock.sync_all()?;
        }
        let options = || {
            let mut options = OpenOptions::new();
            options.read(true).append(true);
            options
        };
        let (mut file, is_created) = match options().create_new(true).open(path) {
            Ok(file) => (file, true),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                (options().open(path)?, false)
            }
            Err(error) => return Err(error),
        };
        // Resolves links. `shorten` replaces the file at this path, and must not replace a link to it.
        let path = fs::canonicalize(path)?;
        if is_created {
            sync_folder(&path)?;
        } else {
            end_last_line(&mut file)?;
        }
        Ok(Self(Arc::new(Inner {
            path,
            file: Mutex::new(file),
            is_new: AtomicBool::new(lock.metadata()?.len() > 0),
            lock,
            beat: Mutex::new(None),
        })))
    }

    /// Runs work on the file in a thread that may block.
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
    /// Notes that somebody has accepted the log, also for later starts of the process.
    fn set_accepted(&self) -> io::Result<()> {
        if self.is_new.load(Ordering::Relaxed) {
            self.lock.set_len(0)?;
            self.lock.sync_all()?;
            self.is_new.store(false, Ordering::Relaxed);
        }
        Ok(())
    }

    fn file(&self) -> MutexGuard<'_, File> {
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn beat(&self) -> MutexGuard<'_, Option<String>> {
        self.beat.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Locks the log at a path, or fails at once.
fn lock(path: &Path) -> io::Result<File> {
    let mut name = OsString::from(path);
    name.push(".lock");
    let mut options = OpenOptions::new();
    let lock = options
        .write(true)
        .create(true)
        .truncate(false)
        .open(name)?;
    fs4::FileExt::try_lock(&lock).map_err(|error| match error {
        fs4::TryLockError::WouldBlock => {
            let message = "another process has the log of revocations open; run one process, or use \
                           a log for several";
            io::Error::new(io::ErrorKind::WouldBlock, message)
        }
        fs4::TryLockError::Error(error) => error,
    })?;
    Ok(lock)
}

impl RevocationLog for FileLog {
    fn set_up(&mut self, _: &str, keep: Duration) {
        let mut file = self.0.file();
        // If this fails, the log is as good as before, only longer than it could be.
        if let Err(error) = shorten(&mut file, &self.0.path, SystemTime::now(), keep) {
            telemetry::revocation_log_not_shortened(&error);
        }
    }

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

    fn read_after(&self, position: Option<u128>, wait: Duration) -> LogFuture<'_, Vec<Logged>> {
        Box::pin(async move {
            let start = u64::try_from(position.unwrap_or(0)).unwrap_or(u64::MAX);
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
            let (first, last) = self.run(|file| Ok((first(file)?, last(file)?))).await?;
            Ok(Head {
                first,
                last,
                // Never changes: only this process can write to the file while it holds the lock.
                instance: String::new(),
                beat: self.0.beat().clone(),
                is_new: self.0.is_new.load(Ordering::Relaxed),
            })
        })
    }

    fn beat<'a>(&'a self, value: &'a str) -> LogFuture<'a, ()> {
        Box::pin(async move {
            let inner = Arc::clone(&self.0);
            // A process writes a beat only if the log is not new, or was accepted.
            self.run(move |_| inner.set_accepted()).await?;
            *self.0.beat() = Some(value.to_owned());
            Ok(())
        })
    }
}

impl fmt::Debug for FileLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileLog")
            .field("path", &self.0.path)
            .finish_non_exhaustive()
    }
}
