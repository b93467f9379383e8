//! The stored form of what is to be taken away as a table.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::domain::{
    export::{Ending, Export, Period, Span, Subject},
    ids::MasterId,
};

/// Without a period, it is about days.
#[derive(Debug, Serialize, Deserialize)]
pub struct ExportV1 {
    subject: String,
    period: Option<String>,
    days: Option<(NaiveDate, NaiveDate)>,
    master: Option<i32>,
    ending: String,
    comments: bool,
}

impl ExportV1 {
    pub fn of(export: Export) -> ExportV1 {
        let (period, days) = match export.span {
            Span::Period(period) => (Some(period.label().to_owned()), None),
            Span::Days(first, last) => (None, Some((first, last))),
        };
        ExportV1 {
            subject: export.subject.label().to_owned(),
            period,
            days,
            master: export.master.map(|master| master.0),
            ending: export.ending.label().to_owned(),
            comments: export.comments,
        }
    }

    /// `None` when it cannot be read.
    pub fn read(self) -> Option<Export> {
        let span = match (self.period, self.days) {
            (Some(period), _) => Span::Period(Period::from_label(&period)?),
            (None, Some((first, last))) => Span::between(first, last)?,
            (None, None) => return None,
        };
        Some(Export {
            subject: Subject::from_label(&self.subject)?,
            span,
            master: self.master.map(MasterId),
            ending: Ending::from_label(&self.ending)?,
            comments: self.comments,
        })
    }
}
