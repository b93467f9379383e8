//! Logging as configured.

use tracing::Level;
use tracing_subscriber::{
    EnvFilter, Layer as _, filter::filter_fn, layer::SubscriberExt as _, util::SubscriberInitExt as _,
};

use super::{Faults, Settings};

/// Whose finer messages would carry tokens or what people write, whatever `RUST_LOG` asks for.
const DISCREET: [&str; 5] = ["teloxide", "reqwest", "hyper", "h2", "sqlx"];

/// Starts logging to the standard error output. Fails when `RUST_LOG` or `LOG_FORMAT` cannot be read.
pub fn start_logging(settings: &Settings) -> Result<(), Faults> {
    let wanted =
        settings.rust_log.as_deref().map(str::trim).filter(|text| !text.is_empty()).unwrap_or("info");
    let fault =
        |_| Faults(vec!["RUST_LOG cannot be read: it looks like info or vizit=debug,warn".to_owned()]);
    let filter = EnvFilter::builder().parse(wanted).map_err(fault)?;
    let discreet = filter_fn(|metadata| {
        *metadata.level() <= Level::INFO || !DISCREET.iter().any(|name| metadata.target().starts_with(name))
    });
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let base = tracing_subscriber::registry().with(filter);
    // A second start in the same process keeps the first one's logging.
    match settings.log_format.as_deref().map_or("", str::trim) {
        "" | "human" => drop(base.with(lines.with_target(false).compact().with_filter(discreet)).try_init()),
        "json" => drop(base.with(lines.json().flatten_event(true).with_filter(discreet)).try_init()),
        _ => return Err(Faults(vec!["LOG_FORMAT is human or json".to_owned()])),
    }
    Ok(())
}
