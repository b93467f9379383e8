//! Worlds that are set up in another way than most.

use super::{ADMIN, PASSPHRASE, SECOND_ADMIN, Settings, World, run_in};

/// Runs a test in a world whose bot keeps to so many messages a second.
pub(crate) fn run_with_limits(per_second: &str, test: impl AsyncFnOnce(&mut World)) {
    let change = |settings: &mut Settings| settings.messages_per_second = Some(per_second.to_owned());
    run_in(change, true, test);
}

/// Runs a test in a world whose bot makes backups.
pub(crate) fn run_with_backups(test: impl AsyncFnOnce(&mut World)) {
    let change = |settings: &mut Settings| settings.backup_passphrase = Some(PASSPHRASE.to_owned());
    run_in(change, true, test);
}

/// Runs a test in a world with two admins, whose bot makes backups.
pub(crate) fn run_with_backups_for_two(test: impl AsyncFnOnce(&mut World)) {
    let change = |settings: &mut Settings| {
        settings.backup_passphrase = Some(PASSPHRASE.to_owned());
        settings.admin_ids = Some(format!("{ADMIN},{SECOND_ADMIN}"));
    };
    run_in(change, true, test);
}

/// Runs a test in a world without a bot, for tests that start the program itself.
pub(crate) fn run_without_bot(test: impl AsyncFnOnce(&mut World)) {
    run_in(|_| {}, false, test);
}

/// Runs a test in a world whose bot gets its updates by a webhook, at a path `/telegram`, with the secret "hush-hush".
pub(crate) fn run_with_webhook(test: impl AsyncFnOnce(&mut World)) {
    let free = std::net::TcpListener::bind(("127.0.0.1", 0)).and_then(|socket| socket.local_addr());
    let address = free.expect("a free port");
    let change = |settings: &mut Settings| {
        settings.http_listen = Some(address.to_string());
        settings.webhook_url = Some(format!("http://{address}/telegram"));
        settings.webhook_secret = Some("hush-hush".to_owned());
    };
    run_in(change, true, test);
}
