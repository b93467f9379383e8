//! A fresh database for each test, cloned from a template that was migrated once.

use std::sync::{
    OnceLock,
    atomic::{AtomicU32, Ordering},
};

use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use vizit::clock::SystemClock;
use vizit_sandbox::postgres::{Data, PrivatePostgres};

/// The server of this test program.
struct Server {
    /// With `{}` in place of the database.
    url: String,
    template: String,
    /// `STRATEGY = FILE_COPY` where the server knows it: several times faster for small databases.
    strategy: &'static str,
    /// Ends with the program, which never drops a static: the server's watchdog sees to it.
    _private: Option<PrivatePostgres>,
}

static SERVER: OnceLock<Server> = OnceLock::new();
static COUNT: AtomicU32 = AtomicU32::new(0);

pub(crate) struct Database {
    name: String,
    url: String,
}

/// A database on the test server: one that does not belong to any test when `name` is "postgres".
fn server_url(name: &str) -> String {
    server().url.replace("{}", name)
}

fn server() -> &'static Server {
    // On a thread of its own: tests have runtimes already, and those end with their test.
    SERVER.get_or_init(|| std::thread::spawn(start).join().expect("the test server starts"))
}

fn start() -> Server {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        #[expect(clippy::disallowed_methods, reason = "a database that was given is used instead")]
        let given = std::env::var("DATABASE_URL").ok().filter(|url| !url.trim().is_empty());
        let (url, major, private) = if let Some(url) = given {
            let mut parsed = reqwest::Url::parse(&url).expect("DATABASE_URL is a URL");
            parsed.set_path("/{}");
            (parsed.to_string(), 0, None)
        } else {
            // In its own words: the usual reason is that nothing is installed, and the error says what to do.
            let private =
                PrivatePostgres::start(Data::Throwaway).await.unwrap_or_else(|error| panic!("{error}"));
            (private.url("{}"), private.major(), Some(private))
        };
        // Braces are escaped in URLs.
        let url = url.replace("%7B%7D", "{}");
        let template = format!("vizit_template_{}", std::process::id());
        let mut admin = PgConnection::connect(&url.replace("{}", "postgres")).await.expect("the server");
        sweep(&mut admin).await;
        execute(&mut admin, format!("CREATE DATABASE {template}")).await;
        prepare(&url.replace("{}", &template)).await;
        let strategy = if major >= 15 { "STRATEGY = FILE_COPY" } else { "" };
        Server { url, template, strategy, _private: private }
    })
}

/// Removes what earlier test programs left on a server that was given, unless they still run.
async fn sweep(admin: &mut PgConnection) {
    let left: Vec<String> = sqlx::query_scalar(
        "SELECT datname::text FROM pg_database WHERE datname ~ '^vizit_(template_[0-9]+|[0-9]+_[0-9]+)$'",
    )
    .fetch_all(&mut *admin)
    .await
    .expect("the databases");
    for name in left {
        let pid = name.split('_').find(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
        if pid.is_some_and(|pid| !std::path::Path::new("/proc").join(pid).exists()) {
            execute(admin, format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
        }
    }
}

/// Migrates the template, moves ids apart, and puts the tests' catalog into force.
async fn prepare(url: &str) {
    let pool = vizit::db::connect(url, 1).await.expect("the template");
    vizit::db::MIGRATOR.run(&pool).await.expect("the migrations");
    // Ids of different tables never meet, so a mixed-up id finds nothing.
    let sequences: Vec<String> = sqlx::query_scalar(
        "SELECT sequencename::text FROM pg_sequences WHERE schemaname = 'public' AND increment_by > 0 ORDER BY 1",
    )
    .fetch_all(&pool)
    .await
    .expect("the sequences");
    for (number, sequence) in (1..).zip(sequences) {
        let sql = format!("ALTER SEQUENCE {sequence} RESTART WITH {}", number * 10_000);
        sqlx::query(AssertSqlSafe(sql)).execute(&pool).await.expect("ids moved apart");
    }
    let plan = vizit::catalog::parse(super::STUDIO).expect("the tests' catalog");
    let services = vizit::services::Services::new(pool, std::sync::Arc::new(SystemClock), Vec::new());
    vizit::services::catalog::apply(&services, &plan).await.expect("the catalog in force");
    services.pool.close().await;
}

async fn execute(admin: &mut PgConnection, sql: String) {
    sqlx::query(AssertSqlSafe(sql)).execute(admin).await.expect("the server obeys");
}

impl Database {
    pub(crate) async fn fresh() -> Database {
        let server = server();
        let name = format!("vizit_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let mut admin = PgConnection::connect(&server_url("postgres")).await.expect("the server");
        let (template, strategy) = (&server.template, server.strategy);
        execute(&mut admin, format!("CREATE DATABASE {name} TEMPLATE {template} {strategy}")).await;
        Database { url: server_url(&name), name }
    }

    /// An empty one, without any table.
    pub(crate) async fn empty() -> Database {
        server();
        let name = format!("vizit_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let mut admin = PgConnection::connect(&server_url("postgres")).await.expect("the server");
        execute(&mut admin, format!("CREATE DATABASE {name}")).await;
        Database { url: server_url(&name), name }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) async fn remove(&self) {
        let mut admin = PgConnection::connect(&server_url("postgres")).await.expect("the server");
        execute(&mut admin, format!("DROP DATABASE {} WITH (FORCE)", self.name)).await;
    }
}
