//! Whether clients come, what their no-shows lead to, and how those are forgiven.

use super::slots::Regard;

/// What the staff says of a visit that is over. The labels are part of buttons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attendance {
    Came,
    CameLate,
    NoShow,
}

impl Attendance {
    pub const ALL: [Attendance; 3] = [Attendance::Came, Attendance::CameLate, Attendance::NoShow];

    pub fn label(self) -> &'static str {
        match self {
            Attendance::Came => "came",
            Attendance::CameLate => "late",
            Attendance::NoShow => "no",
        }
    }

    pub fn from_label(label: &str) -> Option<Attendance> {
        Attendance::ALL.into_iter().find(|attendance| attendance.label() == label)
    }

    pub fn is_no_show(self) -> bool {
        self == Attendance::NoShow
    }
}

/// A location's rule about no-shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoShowRule {
    /// So many no-shows that are not forgiven flag a client; `None` is never.
    pub flag_after: Option<u32>,
    /// So many kept visits in a row forgive all no-shows before them.
    pub forgive_after: u32,
}

/// The no-shows that are not forgiven, of a client's visits in the order in which they took place: `true` is a no-show.
pub fn unforgiven(visits: &[bool], forgive_after: u32) -> u32 {
    let (mut count, mut kept) = (0u32, 0u32);
    for is_no_show in visits {
        if *is_no_show {
            (count, kept) = (count.saturating_add(1), 0);
        } else {
            kept = kept.saturating_add(1);
            if kept >= forgive_after {
                count = 0;
            }
        }
    }
    count
}

/// How the client is regarded after their visits have been counted. Only what the rule itself has decided before does
/// it take back: what a person of the staff has said stands.
pub fn regard(now: Regard, is_by_rule: bool, unforgiven: u32, rule: NoShowRule) -> Regard {
    let is_due = rule.flag_after.is_some_and(|most| unforgiven >= most);
    match now {
        Regard::Plain if is_due => Regard::Flagged,
        Regard::Flagged if is_by_rule && !is_due => Regard::Plain,
        now => now,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(visits: &str, forgive_after: u32) -> u32 {
        let visits: Vec<bool> = visits.chars().map(|visit| visit == 'x').collect();
        unforgiven(&visits, forgive_after)
    }

    #[test]
    fn kept_visits_in_a_row_forgive() {
        for (visits, expected) in [
            ("", 0),
            ("x", 1),
            ("xx", 2),
            ("x..", 1),
            ("x...", 0),
            ("x..x.", 2),
            ("x...x", 1),
            ("..x..x...", 0),
        ] {
            assert_eq!(count(visits, 3), expected, "{visits:?}");
        }
        assert_eq!(count("x.x.", 1), 0);
    }

    #[test]
    fn the_rule_flags_and_takes_back_only_its_own_flags() {
        let rule = NoShowRule { flag_after: Some(2), forgive_after: 3 };
        assert_eq!(regard(Regard::Plain, true, 1, rule), Regard::Plain);
        assert_eq!(regard(Regard::Plain, true, 2, rule), Regard::Flagged);
        assert_eq!(regard(Regard::Flagged, true, 0, rule), Regard::Plain);
        assert_eq!(regard(Regard::Flagged, false, 0, rule), Regard::Flagged, "somebody has said so");
        assert_eq!(regard(Regard::Blocked, true, 0, rule), Regard::Blocked);
        let never = NoShowRule { flag_after: None, ..rule };
        assert_eq!(regard(Regard::Plain, true, 99, never), Regard::Plain);
    }
}
