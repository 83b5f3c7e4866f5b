//! [`FileLog`], a log of revocations for a service that runs as one process.

mod accepted;
mod late;
mod lines;
mod lock;
mod opened;
mod passed;
mod place;
mod rewrite;
mod shorten;
#[cfg(test)]
mod tests;

use std::{
    fmt,
    fs::File,
    io,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use tokio::{task::spawn_blocking, time::sleep};

use self::{
    late::Late,
    lock::{lock, resolved},
    opened::Opened,
};
use super::{Head, LogError, LogFuture, Logged, RevocationLog};
use crate::telemetry;

/// A log in a file, for a service that runs as one process.
///
/// Records are appended and synchronised to the disk, so they outlive a crash of the process or of the
/// machine.
///
/// A second file, whose name ends with `.lock`, locks the log. While a process has the log open, no other
/// process can open it, even through a symbolic link or (on Unix) a hard link. The second file also stores
/// whether somebody has accepted a new log, for example with
/// [`accept_empty_log`](crate::Revocations::accept_empty_log). So keep both files together.
///
/// If somebody replaces or removes the file while the log is open, the process notices this within about a
/// second, and always before it acknowledges the next record. The process then writes the file again. If
/// another file has taken its place, the process keeps the records of both files.
///
/// A file belongs to one tenant. If clones of one log are given to the lists of two tenants, each call of the
/// log fails in the list that was started second.
///
/// The log contains ids, such as those of revoked users. It grows by about a hundred bytes with each entry (a
/// revocation). Each start of the process removes old entries, which cannot refuse a token any more.
#[derive(Clone)]
pub struct FileLog {
    inner: Arc<Inner>,
    /// Whether a clone of this log was set up for another tenant before.
    is_of_other_tenant: bool,
}

struct Inner {
    path: PathBuf,
    /// The name of the first list that was set up. The file does not say to which tenant a record belongs, so
    /// lists with other names must not use it.
    name: OnceLock<String>,
    opened: Mutex<Opened>,
    /// Is held by the one caller whose work may block a thread. While the disk hangs, the others wait without
    /// a thread. Otherwise they would use up the runtime's threads for such work.
    turn: Arc<tokio::sync::Mutex<()>>,
    late: Mutex<Late>,
    /// The lock file, which is locked for as long as the log is open. The file of the log itself can't be the
    /// only lock, because `rewrite` replaces it.
    lock: File,
    is_new: AtomicBool,
    /// What [`Opened::times_replaced`] returned when the last warning about a replaced file was logged. Zero
    /// before the first warning.
    reported: AtomicU64,
    /// The newest beat, a sign of life of this process.
    beat: Mutex<Option<String>>,
}

impl FileLog {
    /// Opens a log, or creates it. The folder must exist. If the path is a symbolic link, the lock file is
    /// beside the target of the link.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be opened or created. Fails with [`io::ErrorKind::WouldBlock`] if another
    /// process has the log open, or this process has it open already.
    pub fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        // A link may lead to the file, so the lock belongs to the path without links.
        let path = resolved(path.as_ref())?;
        let lock = lock(&path)?;
        if resolved(&path)? != path {
            let message =
                "a link to the log of revocations was changed just now; open the log again";
            return Err(io::Error::other(message));
        }
        // Before `Opened::open`, which creates the file.
        let is_new = accepted::is_new(&lock, &path)?;
        Ok(Self {
            inner: Arc::new(Inner {
                opened: Mutex::new(Opened::open(path.clone())?),
                name: OnceLock::new(),
                turn: Arc::default(),
                late: Mutex::default(),
                path,
                is_new: AtomicBool::new(is_new),
                lock,
                reported: AtomicU64::new(0),
                beat: Mutex::new(None),
            }),
            is_of_other_tenant: false,
        })
    }

    /// Runs work on the file in a thread that may block. Waits first until no other work is running.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Opened) -> io::Result<T> + Send + 'static,
    ) -> Result<T, LogError> {
        if self.is_of_other_tenant {
            let path = self.inner.path.display();
            return Err(LogError::new(format!(
                "in the file {path} belongs to another tenant, whose list was started before; open another \
                 file for this list"
            )));
        }
        let inner = Arc::clone(&self.inner);
        let turn = Arc::clone(&inner.turn).lock_owned().await;
        let done = spawn_blocking(move || {
            let _turn = turn;
            let mut opened = inner.opened();
            let result = opened.keep_at_path().and_then(|()| work(&mut opened));
            (result, opened.times_replaced())
        });
        match done.await {
            Ok((result, replaced)) => {
                // Outside of `spawn_blocking`: the `tracing` subscriber may be set for this thread only.
                if self.inner.reported.fetch_max(replaced, Ordering::Relaxed) < replaced {
                    telemetry::revocation_file_replaced(&self.inner.path.display());
                }
                result.map_err(|error| self.error(&error))
            }
            Err(_) => Err(LogError::new("cannot be used while the runtime stops")),
        }
    }

    fn error(&self, error: &io::Error) -> LogError {
        let path = self.inner.path.display();
        LogError::new(format!("in the file {path} cannot be used: {error}"))
    }
}

impl Inner {
    /// Notes that somebody has accepted the log, also for later starts of the process.
    fn set_accepted(&self) -> io::Result<()> {
        if self.is_new.load(Ordering::Relaxed) {
            accepted::set_accepted(&self.lock)?;
            self.is_new.store(false, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Appends records, except those that an earlier call has stored after its caller had given up.
    fn append(
        &self,
        opened: &mut Opened,
        records: Vec<String>,
        is_awaited: impl Fn() -> bool,
    ) -> io::Result<()> {
        let replaced = opened.times_replaced();
        let lines = self.late().lacking(&records, replaced);
        if !lines.is_empty() {
            opened.append(&lines)?;
        }
        let is_late = !is_awaited() && opened.times_replaced() == replaced;
        *self.late() = match is_late {
            true => Late::new(records, replaced),
            false => Late::default(),
        };
        Ok(())
    }

    fn late(&self) -> MutexGuard<'_, Late> {
        self.late.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn opened(&self) -> MutexGuard<'_, Opened> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn beat(&self) -> MutexGuard<'_, Option<String>> {
        self.beat.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RevocationLog for FileLog {
    fn set_up(&mut self, name: &str, keep: Duration) {
        if self.inner.name.set(name.to_owned()).is_err() {
            // A list that was set up before may still need the records that `keep` would remove.
            self.is_of_other_tenant = self.inner.name.get().is_none_or(|first| first != name);
            return;
        }
        // If this fails, the log still works, and is only longer than necessary.
        if let Err(error) = self.inner.opened().shorten(SystemTime::now(), keep) {
            telemetry::revocation_log_not_shortened(&error);
        }
    }

    fn append<'a>(&'a self, records: &'a [String]) -> LogFuture<'a, ()> {
        let (inner, records) = (Arc::clone(&self.inner), records.to_vec());
        let caller = Arc::new(());
        let of_caller = Arc::downgrade(&caller);
        Box::pin(async move {
            let is_awaited = move || of_caller.strong_count() > 0;
            let append = move |opened: &mut Opened| inner.append(opened, records, is_awaited);
            let appended = self.run(append).await;
            drop(caller);
            appended
        })
    }

    fn read_after(&self, position: Option<u128>, wait: Duration) -> LogFuture<'_, Vec<Logged>> {
        Box::pin(async move {
            let read = move |opened: &mut Opened| opened.read_after(position);
            let page = self.run(read).await?;
            if !page.is_empty() || wait.is_zero() {
                return Ok(page);
            }
            sleep(wait).await;
            self.run(read).await
        })
    }

    fn head(&self) -> LogFuture<'_, Head> {
        Box::pin(async move {
            let state = |opened: &mut Opened| Ok((opened.ends()?, opened.times_replaced()));
            let ((first, last), replaced) = self.run(state).await?;
            Ok(Head {
                first,
                last,
                // Records are lost only if somebody replaces, removes or changes the file in spite of the
                // lock. This number counts how often that was noticed.
                instance: replaced.to_string(),
                beat: self.inner.beat().clone(),
                is_new: self.inner.is_new.load(Ordering::Relaxed),
            })
        })
    }

    fn beat<'a>(&'a self, value: &'a str) -> LogFuture<'a, ()> {
        Box::pin(async move {
            let inner = Arc::clone(&self.inner);
            // A process writes a beat only if the log is not new, or was accepted.
            self.run(move |_| inner.set_accepted()).await?;
            *self.inner.beat() = Some(value.to_owned());
            Ok(())
        })
    }
}

impl fmt::Debug for FileLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileLog")
            .field("path", &self.inner.path)
            .finish_non_exhaustive()
    }
}
