//! What a backup asks of the database: a snapshot, what is in it, and a scratch database to prove it in.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{AssertSqlSafe, PgConnection, Row as _};

use super::DbError;

/// "vizit" in ASCII: whoever holds this lock is the one backup or restore of this database.
const ALONE: i64 = 0x76_697a_6974;

/// What the one backup is known by to others, with when it began.
pub const SINCE: &str = "vizit backup since ";

/// Takes the lock that lasts as long as the connection; otherwise when its holder began, where that can be told.
pub async fn try_alone(conn: &mut PgConnection) -> Result<Result<(), Option<String>>, DbError> {
    // However long a dump takes in which this connection has nothing to say, nobody must close it.
    sqlx::raw_sql("SET idle_session_timeout = 0").execute(&mut *conn).await?;
    let taken = sqlx::query_scalar!(r#"SELECT pg_try_advisory_lock($1) AS "taken!""#, ALONE);
    if taken.fetch_one(&mut *conn).await? {
        return Ok(Ok(()));
    }
    let holder = sqlx::query_scalar!(
        "SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid \
         WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 \
           AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) \
           AND (l.classid::bigint << 32) | l.objid::bigint = $1",
        ALONE
    );
    let holder = holder.fetch_optional(conn).await?.flatten();
    Ok(Err(holder.and_then(|name| name.strip_prefix(SINCE).map(str::to_owned))))
}

/// The server's major version.
pub async fn server_major(conn: &mut PgConnection) -> Result<u32, DbError> {
    let number = sqlx::query_scalar!(r#"SELECT current_setting('server_version_num')::integer AS "number!""#);
    Ok(u32::try_from(number.fetch_one(conn).await? / 10_000).unwrap_or_default())
}

/// The database's number, which no other one on the server has.
pub async fn number(conn: &mut PgConnection) -> Result<u32, DbError> {
    let number = sqlx::query_scalar!(
        r#"SELECT oid::bigint AS "number!" FROM pg_database WHERE datname = current_database()"#
    );
    Ok(u32::try_from(number.fetch_one(conn).await?).unwrap_or_default())
}

/// How many bytes the database takes.
pub async fn size(conn: &mut PgConnection) -> Result<u64, DbError> {
    let bytes = sqlx::query_scalar!(r#"SELECT pg_database_size(current_database()) AS "bytes!""#);
    Ok(u64::try_from(bytes.fetch_one(conn).await?).unwrap_or_default())
}

/// The newest migration that the database has; 0 without any.
pub async fn newest_migration(conn: &mut PgConnection) -> Result<i64, DbError> {
    let table = sqlx::query_scalar!(r#"SELECT to_regclass('_sqlx_migrations') IS NOT NULL AS "exists!""#);
    if !table.fetch_one(&mut *conn).await? {
        return Ok(0);
    }
    let newest = sqlx::query_scalar!("SELECT max(version) FROM _sqlx_migrations WHERE success");
    Ok(newest.fetch_one(conn).await?.unwrap_or_default())
}

/// Lends the snapshot of the transaction to others, for as long as the transaction lasts.
pub async fn export_snapshot(conn: &mut PgConnection) -> Result<String, DbError> {
    // However long the others take, nobody must end the transaction under them.
    let patience = "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL lock_timeout = '60s'";
    sqlx::raw_sql(patience).execute(&mut *conn).await?;
    Ok(sqlx::query_scalar!(r#"SELECT pg_export_snapshot() AS "snapshot!""#).fetch_one(conn).await?)
}

/// How many rows each table has, by its name with its schema.
pub async fn count_rows(conn: &mut PgConnection) -> Result<BTreeMap<String, i64>, DbError> {
    // What belongs to an extension comes with it, not with the dump. The server quotes the names itself.
    let counting = sqlx::query_scalar!(
        r#"SELECT string_agg(format('SELECT %L::text, count(*) FROM ONLY %I.%I',
                      n.nspname || '.' || c.relname, n.nspname, c.relname), ' UNION ALL ')
           FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
             AND NOT EXISTS (SELECT FROM pg_depend d
                 WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')"#
    );
    let Some(sql) = counting.fetch_one(&mut *conn).await? else { return Ok(BTreeMap::new()) };
    let rows = sqlx::raw_sql(AssertSqlSafe(sql)).fetch_all(conn).await?;
    rows.iter()
        .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
        .collect::<Result<_, sqlx::Error>>()
        .map_err(Into::into)
}

/// What keeps the data right: constraints, indexes and triggers by name, and whether each is in force.
pub async fn guarantees(conn: &mut PgConnection) -> Result<BTreeSet<String>, DbError> {
    let found = sqlx::query_scalar!(
        r#"SELECT format('%s %I.%I on %I', kind, n.nspname, name, c.relname) || CASE WHEN good THEN '' ELSE ', not in force' END
               AS "line!"
           FROM (SELECT 'constraint' AS kind, conname AS name, conrelid AS relation, convalidated AS good FROM pg_constraint
                 UNION ALL
                 SELECT 'index', i.relname, x.indrelid, x.indisvalid AND x.indisready
                     FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
                 UNION ALL
                 SELECT 'trigger', tgname, tgrelid, tgenabled <> 'D' FROM pg_trigger WHERE NOT tgisinternal) found
           JOIN pg_class c ON c.oid = found.relation
           JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
             AND NOT EXISTS (SELECT FROM pg_depend d
                 WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')"#
    );
    Ok(found.fetch_all(conn).await?.into_iter().collect())
}

/// How many tables, views, sequences, types and functions there are, but for those of extensions.
pub async fn count_objects(conn: &mut PgConnection) -> Result<i64, DbError> {
    let count = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!"
           FROM (SELECT 'pg_class'::regclass AS class, oid, relnamespace AS space FROM pg_class
                 UNION ALL SELECT 'pg_type'::regclass, oid, typnamespace FROM pg_type
                 UNION ALL SELECT 'pg_proc'::regclass, oid, pronamespace FROM pg_proc) found
           JOIN pg_namespace n ON n.oid = found.space
           WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
             AND NOT EXISTS (SELECT FROM pg_depend d
                 WHERE d.classid = found.class AND d.objid = found.oid AND d.deptype IN ('e', 'i'))"#
    );
    Ok(count.fetch_one(conn).await?)
}

/// Creates an empty database like this one in encoding and order; `Some` is the server's reason why it does not.
///
/// The name must need no quotes.
pub async fn create_scratch(conn: &mut PgConnection, name: &str) -> Result<Option<String>, DbError> {
    let creating = sqlx::query_scalar!(
        r#"SELECT format('CREATE DATABASE %I TEMPLATE template0 ENCODING %L LC_COLLATE %L LC_CTYPE %L',
                      $1::text, pg_encoding_to_char(encoding), datcollate, datctype) AS "sql!"
           FROM pg_database WHERE datname = current_database()"#,
        name
    );
    let sql = creating.fetch_one(&mut *conn).await?;
    match sqlx::raw_sql(AssertSqlSafe(sql)).execute(conn).await {
        Ok(_) => Ok(None),
        Err(sqlx::Error::Database(refusal)) => Ok(Some(refusal.message().to_owned())),
        Err(error) => Err(error.into()),
    }
}

/// Drops a scratch database; with `force` also when somebody is still in it.
pub async fn drop_scratch(conn: &mut PgConnection, name: &str, force: bool) -> Result<(), DbError> {
    let dropping =
        sqlx::query_scalar!(r#"SELECT format('DROP DATABASE IF EXISTS %I', $1::text) AS "sql!""#, name);
    let mut sql = dropping.fetch_one(&mut *conn).await?;
    if force {
        sql.push_str(" WITH (FORCE)");
    }
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(conn).await?;
    Ok(())
}

/// A database that a proof was made in, or is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scratch {
    pub name: String,
    /// It is for a backup of this database.
    pub is_ours: bool,
}

/// Databases of this user whose names begin like this and go on with digits of base 16, the last eight of which are the
/// number of the database that was backed up. Not those of other databases of which a backup is running.
pub async fn scratches(conn: &mut PgConnection, prefix: &str) -> Result<Vec<Scratch>, DbError> {
    let found = sqlx::query_as!(
        Scratch,
        r#"WITH found AS MATERIALIZED (
               SELECT datname::text AS name, ('x' || right(datname, 8))::bit(32)::bigint AS number FROM pg_database
               WHERE starts_with(datname, $1) AND substr(datname, length($1) + 1) ~ '^[0-9a-f]{24}$'
                 AND pg_has_role(datdba, 'USAGE')),
           marked AS (
               SELECT f.name, f.number, d.oid IS NOT NULL AS is_ours
               FROM found f LEFT JOIN pg_database d ON d.oid::bigint = f.number AND d.datname = current_database())
           SELECT m.name AS "name!", m.is_ours AS "is_ours!" FROM marked m
           WHERE m.is_ours OR NOT EXISTS (
               SELECT FROM pg_locks l
               WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND l.database::bigint = m.number
                 AND (l.classid::bigint << 32) | l.objid::bigint = $2)"#,
        prefix,
        ALONE,
    );
    Ok(found.fetch_all(conn).await?)
}
