//! What a database error means to the caller.

use sea_orm::{DbErr, RuntimeErr, SqlErr};

use crate::error::{Common, Error};

impl From<DbErr> for Error {
    #[track_caller]
    fn from(failure: DbErr) -> Self {
        Error::from(classify(failure))
    }
}

fn classify(failure: DbErr) -> Common {
    match failure.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => return Common::AlreadyExists,
        Some(SqlErr::ForeignKeyConstraintViolation(_)) => return Common::InvalidReference,
        _ => {}
    }
    if matches!(failure, DbErr::ConnectionAcquire(_) | DbErr::Conn(_)) {
        return Common::StoreUnavailable(failure);
    }
    match runtime(&failure) {
        Some(sqlx::Error::Database(refusal)) => {
            if matches!(refusal.kind(), sqlx::error::ErrorKind::CheckViolation) {
                Common::InvalidValue
            } else if refusal.code().is_some_and(|code| passes_by(&code)) {
                Common::StoreUnavailable(failure)
            } else {
                Common::Store(failure)
            }
        }
        Some(
            sqlx::Error::Io(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::Protocol(_)
            | sqlx::Error::Tls(_),
        ) => Common::StoreUnavailable(failure),
        _ => Common::Store(failure),
    }
}

fn runtime(failure: &DbErr) -> Option<&sqlx::Error> {
    match failure {
        DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause)) => Some(cause),
        _ => None,
    }
}

/// Conditions that end by themselves or with an operator's help, without a restart of ours.
///
/// PostgreSQL SQLSTATE: class 08 connection, 53 resources (53100 disk full), 57P0x shutdown, 40001 and 40P01
/// serialisation and deadlock, 25006 read-only (a failed-over primary). SQLite primary result codes (the low byte of the
/// extended code): 5 busy, 6 locked, 8 read-only, 10 input/output, 13 full, 14 cannot open.
fn passes_by(code: &str) -> bool {
    if let Ok(extended) = code.parse::<u32>()
        && code.len() < 5
    {
        return matches!(extended & 0xff, 5 | 6 | 8 | 10 | 13 | 14);
    }
    code.starts_with("08")
        || code.starts_with("53")
        || code.starts_with("57P0")
        || matches!(code, "40001" | "40P01" | "25006")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passing_conditions_are_told_from_faults() {
        for code in ["53100", "57P01", "08006", "40P01", "13", "10", "5", "778", "261"] {
            assert!(passes_by(code), "{code}");
        }
        for code in ["42601", "42P01", "1", "11"] {
            assert!(!passes_by(code), "{code}");
        }
    }
}
