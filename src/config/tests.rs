use secrecy::ExposeSecret;

use super::*;

fn good() -> Settings {
    Settings {
        telegram_token: Some("123456:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr".to_owned()),
        database_url: Some("postgres://vizit:secret@localhost/vizit".to_owned()),
        ..Settings::default()
    }
}

#[test]
fn a_token_and_a_database_are_enough() {
    let config = good().check().expect("good settings");
    assert_eq!(config.business_zone, Tz::UTC);
    assert!(config.admins.is_empty() && config.listen.is_none() && config.telegram.webhook.is_none());
}

#[test]
fn every_fault_is_told_at_once_and_no_secret_with_them() {
    let bad = Settings {
        telegram_token: Some("hush-hush".to_owned()),
        telegram_api_url: Some("not a url".to_owned()),
        database_url: Some("mysql://root:hush-hush@localhost/x".to_owned()),
        admin_ids: Some("12,abc,-5".to_owned()),
        business_tz: Some("Mars/Olympus".to_owned()),
        backup_passphrase: Some("hush-hush".to_owned()),
        payment_provider_token: Some("hush-hush".to_owned()),
        webhook_url: Some("https://bot.example/hook".to_owned()),
        webhook_secret: Some("hush hush!".to_owned()),
        http_listen: Some("everywhere".to_owned()),
        google_service_account_json: Some("/no/such/file.json".to_owned()),
        ..Settings::default()
    };
    let faults = bad.check().expect_err("bad settings").to_string();
    for name in [
        "TELOXIDE_TOKEN",
        "TELOXIDE_API_URL",
        "DATABASE_URL",
        "\"abc\"",
        "\"-5\"",
        "Mars/Olympus",
        "BACKUP_PASSPHRASE",
        "PAYMENT_PROVIDER_TOKEN",
        "WEBHOOK_SECRET",
        "HTTP_LISTEN is",
        "WEBHOOK_URL needs HTTP_LISTEN",
        "GOOGLE_SERVICE_ACCOUNT_JSON",
    ] {
        assert!(faults.contains(name), "{name} is not in:\n{faults}");
    }
    assert!(!faults.contains("hush"), "a secret is in:\n{faults}");
}

#[test]
fn an_empty_value_counts_as_none() {
    let settings = Settings {
        webhook_url: Some(String::new()),
        admin_ids: Some(" ".to_owned()),
        business_tz: Some(String::new()),
        ..good()
    };
    assert!(settings.check().is_ok());
    let nothing = Settings {
        telegram_token: Some(String::new()),
        database_url: Some("  ".to_owned()),
        ..Settings::default()
    };
    let faults = nothing.check().expect_err("nothing is set");
    assert_eq!(faults.0.len(), 2, "{faults}");
}

#[test]
fn secrets_are_not_shown_by_debug() {
    let settings = Settings {
        http_listen: Some("127.0.0.1:0".to_owned()),
        webhook_url: Some("https://bot.example/hook".to_owned()),
        webhook_secret: Some("hush-hush".to_owned()),
        ..good()
    };
    let config = settings.check().expect("good settings");
    let shown = format!("{config:?}");
    assert!(!shown.contains("hush") && !shown.contains("AAbbCC") && !shown.contains("secret@"), "{shown}");
    let webhook = config.telegram.webhook.expect("a webhook");
    assert_eq!(webhook.secret.expose_secret(), "hush-hush");
}

#[test]
fn a_passphrase_that_is_missing_or_weak_is_refused() {
    let with = |passphrase: &str| {
        let settings = Settings { backup_passphrase: Some(passphrase.to_owned()), ..good() };
        settings.check_backup(true).map(drop).map_err(|faults| faults.0.join("; "))
    };
    assert_eq!(with("cZ4/2bnYkW0q+VfU9sXo"), Ok(()));
    assert_eq!(with("four simple words here"), Ok(()));
    for (weak, reason) in [
        ("", "is missing"),
        ("hush-hush", "is too short"),
        ("aaaaaaaaaaaaaaaaaaaaaaaa", "is easily guessed"),
        ("passwordpassword", "is easily guessed"),
        ("12345678901234567890", "is easily guessed"),
        ("2718281828459045235360", "is easily guessed"),
        ("abcdefghijklmnopqrstuvwxyz", "is easily guessed"),
    ] {
        let refusal = with(weak).expect_err(weak);
        assert!(refusal.contains(reason) && (weak.is_empty() || !refusal.contains(weak)), "{refusal}");
    }
    let without = good().check_backup(false).expect("in so many words");
    assert!(without.passphrase.is_none());
    let old = Settings { backup_passphrase: Some("short".to_owned()), ..good() };
    assert!(old.check_restore().expect("an archive of old").passphrase.is_some());
}
