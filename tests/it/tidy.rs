//! The walls of the architecture and the rules of the house, kept on every machine.

use std::{
    fs,
    path::{Path, PathBuf},
};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All files with this ending below a folder.
fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
            if entry.is_dir() {
                folders.push(entry);
            } else if entry.extension().is_some_and(|extension| extension == ending) {
                found.push(entry);
            }
        }
    }
    assert!(!found.is_empty(), "no .{ending} below {folder}");
    found
}

/// The lines of a file that are compiled into the program: no comments, no unit tests.
fn code(file: &Path) -> String {
    if file.ends_with("tests.rs") || file.components().any(|part| part.as_os_str() == "tests") {
        return String::new();
    }
    let text = fs::read_to_string(file).expect("a source file");
    let program = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let lines = program.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// Fails for each file below `folder` in which one of the words stands.
fn forbid(folder: &str, words: &[&str], except: &[&str], reason: &str) {
    let mut faults = Vec::new();
    for file in files(folder, "rs") {
        let name = file.strip_prefix(root()).expect("below the root").display().to_string();
        if except.iter().any(|exception| name.starts_with(exception)) {
            continue;
        }
        let code = code(&file);
        faults.extend(words.iter().filter(|word| code.contains(*word)).map(|word| format!("{name}: {word}")));
    }
    assert!(faults.is_empty(), "{reason}:\n{}", faults.join("\n"));
}

#[test]
fn the_domain_is_pure() {
    forbid(
        "src/domain",
        &[
            "async ",
            "sqlx",
            "serde",
            "tracing",
            "std::env",
            "tokio",
            "teloxide",
            "Utc::now",
            "crate::db",
            "crate::services",
            "crate::telegram",
            "crate::i18n",
            "crate::config",
            "crate::clock",
        ],
        &[],
        "the domain knows nothing of the world",
    );
}

#[test]
fn layers_know_only_what_lies_below_them() {
    forbid(
        "src/db",
        &[
            "crate::services",
            "crate::telegram",
            "crate::http",
            "crate::catalog",
            "crate::i18n",
            "crate::config",
            "crate::backup",
            "crate::app",
            "pool.begin()",
        ],
        &[],
        "the database layer knows only the domain, and begins no transaction but under a lock",
    );
    forbid(
        "src/services",
        &[
            "crate::telegram",
            "crate::http",
            "crate::catalog",
            "crate::i18n",
            "crate::config",
            "crate::app",
            "sqlx::query",
            "teloxide",
            "axum",
        ],
        &[],
        "services know the domain and the database, and no adapter",
    );
    forbid(
        "src/telegram",
        &["crate::http", "crate::catalog", "crate::app", "crate::config", "crate::cli", "sqlx"],
        &[],
        "adapters do not know each other",
    );
    forbid(
        "src/jobs",
        &["crate::telegram", "crate::http", "crate::catalog", "crate::app", "crate::config", "sqlx"],
        &[],
        "jobs only wake services",
    );
    forbid(
        "src/http",
        &["crate::telegram", "crate::catalog", "crate::app", "crate::db", "sqlx"],
        &[],
        "adapters do not know each other",
    );
    forbid(
        "src/backup",
        &[
            "crate::db",
            "crate::services",
            "crate::telegram",
            "crate::http",
            "crate::i18n",
            "crate::config",
            "crate::app",
            "sqlx::query",
            "sqlx::raw_sql",
            "PgConnection",
        ],
        &[],
        "files and programs of a backup know no table and no use case",
    );
    forbid(
        "src/catalog",
        &["crate::db", "crate::services", "crate::telegram", "sqlx", "std::fs"],
        &[],
        "the catalog file is only a text",
    );
    forbid(
        "src",
        &["teloxide"],
        &["src/telegram", "src/config/log.rs", "src/config/mod.rs"],
        "teloxide lives in one room",
    );
    forbid("src", &["vizit_sandbox"], &[], "the sandbox is for tests and the demo");
}

#[test]
fn there_is_one_clock_and_one_way_from_wall_time_to_instants() {
    forbid("src", &["Utc::now", "Local::now", "SystemTime::now"], &["src/clock.rs"], "time is handed in");
    forbid(
        "src",
        &["from_local_datetime", "and_local_timezone", ".single()", ".earliest()", ".latest()"],
        &["src/domain/time.rs"],
        "wall time is decided on in one file",
    );
    for file in files("src", "rs") {
        let code = code(&file).to_lowercase();
        for word in ["current_timestamp", "clock_timestamp", "localtimestamp"] {
            assert!(!code.contains(word), "{}: {word}", file.display());
        }
        assert!(!code.contains(" now()") && !code.contains("(now()"), "{}: now()", file.display());
    }
    for file in files("migrations", "sql") {
        let sql = fs::read_to_string(&file).expect("a migration").to_lowercase();
        assert!(!sql.contains("now()") && !sql.contains("current_timestamp"), "{}", file.display());
    }
}

#[test]
fn money_is_never_a_float() {
    forbid("src", &["f32", "f64"], &[], "money is counted in whole minor units");
}

#[test]
fn queries_are_checked_when_they_are_compiled() {
    forbid(
        "src",
        &["sqlx::query(", "sqlx::query_as(", "sqlx::query_scalar(", "QueryBuilder"],
        &[],
        "use the macros",
    );
    let except = ["src/db/locks.rs", "src/db/backup.rs"];
    forbid("src", &["AssertSqlSafe"], &except, "SQL is never put together");
}

#[test]
fn nothing_is_left_undone_or_switched_off() {
    let words = ["todo!(", "unimplemented!(", ".unwrap()", "TODO", "FIXME", "#[allow(", "#![allow("];
    for folder in ["src", "sandbox/src", "examples"] {
        forbid(folder, &words, &[], "finish it or leave it out");
    }
    let ignored = ["#[ig", "nore"].concat();
    for folder in ["src", "sandbox", "tests"] {
        for file in files(folder, "rs") {
            assert!(!fs::read_to_string(&file).expect("a file").contains(&ignored), "{}", file.display());
        }
    }
}

#[test]
fn files_stay_small() {
    for folder in ["src", "sandbox/src", "tests", "examples", "benches"] {
        for file in files(folder, "rs") {
            let lines = fs::read_to_string(&file).expect("a file").lines().count();
            assert!(lines <= 400, "{} has {lines} lines; look at it again", file.display());
        }
    }
}

#[test]
fn the_example_environment_names_what_the_program_reads() {
    let example = fs::read_to_string(root().join(".env.example")).expect(".env.example");
    let mut listed: Vec<&str> = example
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('=').map(|(name, _)| name))
        .collect();
    let settings = fs::read_to_string(root().join("src/config/mod.rs")).expect("the settings");
    let mut read: Vec<&str> =
        settings.split("env = \"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    listed.sort_unstable();
    read.sort_unstable();
    assert_eq!(listed, read);
}

#[test]
fn every_migration_can_be_taken_back() {
    let names: Vec<String> = files("migrations", "sql")
        .iter()
        .map(|file| file.file_name().expect("a name").to_string_lossy().into_owned())
        .collect();
    for name in names.iter().filter_map(|name| name.strip_suffix(".up.sql")) {
        assert!(names.contains(&format!("{name}.down.sql")), "{name} has no way back");
    }
    assert!(names.iter().all(|name| name.ends_with(".up.sql") || name.ends_with(".down.sql")), "{names:?}");
}
