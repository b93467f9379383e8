//! A master runs late: which of the visits ahead that touches, and by how much.

use chrono::{DateTime, TimeDelta, Utc};

use super::ranges::Range;

/// The choices of how late, in minutes.
pub const CHOICES: [u32; 3] = [10, 15, 30];

/// By how many minutes each visit begins late when the next one does by `minutes`: pauses between visits, other than
/// buffers, catch up. `occupied` is in order, each with its buffers; so many answers, from the first on, are not zero.
///
/// A visit that has begun is not late any more, but ends as planned; whoever is late now is late for the next.
pub fn touched(occupied: &[Range], minutes: u32, now: DateTime<Utc>) -> Vec<u32> {
    let mut left = TimeDelta::minutes(i64::from(minutes));
    let mut end: Option<DateTime<Utc>> = None;
    occupied
        .iter()
        .map(|range| {
            if range.start() <= now && range.end() <= now {
                return 0;
            }
            if let Some(end) = end {
                left = (left - (range.start() - end)).max(TimeDelta::zero());
            }
            end = Some(range.end());
            // A delay of less than a minute is none.
            u32::try_from(left.num_minutes()).unwrap_or_default()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(minute * 60, 0).expect("small")
    }

    fn check(visits: &[(i64, i64)], minutes: u32, now: i64, expected: &[u32]) {
        let visits: Vec<Range> =
            visits.iter().map(|(from, to)| Range::new(at(*from), at(*to)).expect("not empty")).collect();
        assert_eq!(touched(&visits, minutes, at(now)), expected, "{visits:?}");
    }

    #[test]
    fn a_delay_goes_on_until_pauses_have_caught_up() {
        check(&[(60, 120), (120, 180), (200, 260), (300, 360)], 30, 50, &[30, 30, 10, 0]);
        check(&[(60, 120), (150, 180)], 30, 50, &[30, 0]);
        check(&[(60, 120), (125, 180)], 10, 130, &[0, 10]);
        check(&[], 15, 0, &[]);
    }
}
