//! What the staff takes away as a table: the choice, and the table itself.

mod table;

pub use self::table::{head, rows};

use super::Frame;
use crate::{
    domain::{
        conversation::Action,
        export::{Choice, Ending, Period, Span, Subject},
    },
    i18n::Tr,
    services::exports::Choices,
    t,
    telegram::view::{Button, View, escape, grid},
};

pub(super) fn choices(frame: Frame, choices: &Choices) -> View {
    let tr = frame.tr;
    let export = choices.export;
    let option = |label: String, is_chosen: bool, choice: Choice| {
        let mark = if is_chosen { "✅ " } else { "" };
        Button::new(format!("{mark}{label}"), Action::Export(choice))
    };
    let subjects = Subject::ALL.into_iter().filter(|subject| {
        let choice = Choice::Subject(*subject);
        choices.is_admin || !choice.is_the_admins()
    });
    let subjects =
        subjects.map(|one| option(subject(tr, one), export.subject == one, Choice::Subject(one))).collect();
    let periods: Vec<Button> = Period::ALL
        .into_iter()
        .map(|one| option(period(tr, one), export.span == Span::Period(one), Choice::Period(one)))
        .collect();
    let endings: Vec<Button> = Ending::ALL
        .into_iter()
        .map(|one| option(ending(tr, one), export.ending == one, Choice::Ending(one)))
        .collect();
    let masters: Vec<Button> = choices
        .masters
        .iter()
        .map(|one| {
            let name = one.names.get(tr.language()).to_owned();
            option(name, export.master == Some(one.id), Choice::Master(Some(one.id)))
        })
        .collect();
    let mut rows = vec![subjects];
    rows.extend(grid(&periods, 2));
    if !masters.is_empty() {
        let everyone = t!(tr, "export-everyone");
        rows.push(vec![option(everyone, export.master.is_none(), Choice::Master(None))]);
        rows.extend(grid(&masters, 3));
    }
    rows.extend(grid(&endings, 2));
    if export.subject == Subject::Visits {
        let comments = t!(tr, "export-comments");
        rows.push(vec![option(comments, export.comments, Choice::Comments(!export.comments))]);
    }
    rows.push(vec![Button::new(t!(tr, "button-export"), Action::SendExport)]);
    frame.inline(text(frame, choices), rows)
}

fn text(frame: Frame, choices: &Choices) -> String {
    let tr = frame.tr;
    let export = choices.export;
    let whose = if choices.is_admin {
        let chosen = choices.masters.iter().find(|one| export.master == Some(one.id));
        chosen.map_or_else(|| t!(tr, "export-everyone"), |one| escape(one.names.get(tr.language())))
    } else {
        t!(tr, "export-own")
    };
    let days = match export.span {
        Span::Period(Period::All) => period(tr, Period::All),
        Span::Period(_) | Span::Days(..) => {
            let (first, last) = choices.days;
            t!(tr, "export-days", first = tr.day(first), last = tr.day(last))
        }
    };
    let (what, how) = (subject(tr, export.subject), ending(tr, export.ending));
    t!(tr, "export", what = what, days = days, whose = whose, how = how)
}

/// "Visits".
pub fn subject(tr: Tr, subject: Subject) -> String {
    match subject {
        Subject::Visits => t!(tr, "export-visits"),
        Subject::Clients => t!(tr, "export-clients"),
        Subject::Payments => t!(tr, "export-payments"),
    }
}

fn period(tr: Tr, period: Period) -> String {
    match period {
        Period::ThisMonth => t!(tr, "export-this-month"),
        Period::LastMonth => t!(tr, "export-last-month"),
        Period::ThisYear => t!(tr, "export-this-year"),
        Period::TwelveMonths => t!(tr, "export-twelve-months"),
        Period::All => t!(tr, "export-all"),
    }
}

fn ending(tr: Tr, ending: Ending) -> String {
    match ending {
        Ending::Any => t!(tr, "export-any"),
        Ending::TookPlace => t!(tr, "export-took-place"),
        Ending::Missed => t!(tr, "export-missed"),
        Ending::Cancelled => t!(tr, "export-cancelled"),
    }
}
