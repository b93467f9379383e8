//! What the bot logs during a test.

use std::{
    io,
    sync::{Arc, Mutex},
};

use tracing::subscriber::DefaultGuard;
use tracing_subscriber::{EnvFilter, fmt::MakeWriter};

/// The log of one test; each test runs on one thread, which is how its log is told from others'.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

/// Captures until dropped; a test that fails shows what the bot complained about.
pub(crate) struct Capturing {
    log: Log,
    _guard: DefaultGuard,
}

impl Drop for Capturing {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let text = self.log.text();
            let complaints = text.lines().filter(|line| line.contains("ERROR") || line.contains(" WARN"));
            complaints.for_each(|line| println!("{line}"));
        }
    }
}

impl Log {
    pub(crate) fn capture(&self) -> Capturing {
        let subscriber = tracing_subscriber::fmt()
            .with_env_filter(EnvFilter::new("debug,sqlx=info,hyper_util=info,vizit_sandbox=info"))
            .with_ansi(false)
            .with_writer(self.clone())
            .finish();
        Capturing { log: self.clone(), _guard: tracing::subscriber::set_default(subscriber) }
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().expect("the log")).into_owned()
    }

    pub(crate) fn errors(&self) -> Vec<String> {
        self.text().lines().filter(|line| line.contains("ERROR")).map(str::to_owned).collect()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("the log").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Log;

    fn make_writer(&'a self) -> Log {
        self.clone()
    }
}
