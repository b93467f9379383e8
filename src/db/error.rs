//! What can go wrong with the database, by what can be done about it.

/// A failure of a database call.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// A constraint refused a write that another person's write had made impossible.
    #[error("refused by {0:?}")]
    Conflict(Conflict),
    /// A deadlock or serialization failure: the same transaction may succeed when tried again.
    #[error("the transaction lost against another")]
    TryAgain(#[source] sqlx::Error),
    /// A row that cannot be, with its address.
    #[error("{table}.{column} of {row} holds a value that cannot be")]
    Inconsistent { table: &'static str, column: &'static str, row: String },
    #[error("database")]
    Driver(#[source] sqlx::Error),
    #[error("migration")]
    Migration(#[from] sqlx::migrate::MigrateError),
}

/// The constraints whose violation means something to a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conflict {
    /// The master's time is taken, or is being taken.
    MasterBusy,
    /// The client has another visit then.
    ClientBusy,
    /// A room or piece of equipment is taken.
    ResourceBusy,
    /// The client holds another time.
    OtherHold,
}

impl Conflict {
    /// By the name of the constraint.
    pub const BY_CONSTRAINT: [(&'static str, Conflict); 4] = [
        ("booking_master_overlap", Conflict::MasterBusy),
        ("booking_client_overlap", Conflict::ClientBusy),
        ("booking_resource_overlap", Conflict::ResourceBusy),
        ("booking_one_hold", Conflict::OtherHold),
    ];
}

impl From<sqlx::Error> for DbError {
    fn from(error: sqlx::Error) -> DbError {
        let Some(refusal) = error.as_database_error() else { return DbError::Driver(error) };
        let named = refusal.constraint().and_then(|name| {
            Conflict::BY_CONSTRAINT
                .into_iter()
                .find(|(known, _)| *known == name)
                .map(|(_, conflict)| conflict)
        });
        match (named, refusal.code().as_deref()) {
            (Some(conflict), _) => DbError::Conflict(conflict),
            // lock_not_available: somebody is taking the same time at this moment.
            (None, Some("55P03")) => DbError::Conflict(Conflict::MasterBusy),
            (None, Some("40P01" | "40001")) => DbError::TryAgain(error),
            // Two replicas took up updates of one person at once.
            (None, Some("23505")) if refusal.constraint() == Some("inbox_one_in_flight") => {
                DbError::TryAgain(error)
            }
            (None, _) => DbError::Driver(error),
        }
    }
}

impl DbError {
    /// Whether the failure is of the connection or the server rather than of the statement, so that it may pass.
    pub fn is_passing(&self) -> bool {
        match self {
            DbError::TryAgain(_) => true,
            DbError::Driver(error) => match error {
                sqlx::Error::Io(_)
                | sqlx::Error::PoolTimedOut
                | sqlx::Error::WorkerCrashed
                | sqlx::Error::Protocol(_) => true,
                // Class 57: the server is shutting down or starting; 53: out of connections, memory or disk; 08: connection.
                sqlx::Error::Database(refusal) => refusal
                    .code()
                    .is_some_and(|code| ["57", "53", "08"].iter().any(|class| code.starts_with(class))),
                _ => false,
            },
            DbError::Conflict(_) | DbError::Inconsistent { .. } | DbError::Migration(_) => false,
        }
    }
}
