//! Sets of time as sorted, disjoint, half-open ranges, and their algebra.

use chrono::{DateTime, TimeDelta, Utc};

/// A non-empty half-open range `[start, end)` of instants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Range {
    start: DateTime<Utc>,
    end: DateTime<Utc>,
}

impl Range {
    /// `None` when empty or reversed.
    pub fn new(start: DateTime<Utc>, end: DateTime<Utc>) -> Option<Range> {
        (start < end).then_some(Range { start, end })
    }

    /// `None` when `minutes` is zero or the end lies outside the calendar.
    pub fn of_minutes(start: DateTime<Utc>, minutes: u32) -> Option<Range> {
        Range::new(start, start.checked_add_signed(TimeDelta::minutes(i64::from(minutes)))?)
    }

    /// The time around an instant; `before` and `after` are positive.
    pub fn around(instant: DateTime<Utc>, before: TimeDelta, after: TimeDelta) -> Range {
        Range {
            start: instant.checked_sub_signed(before).unwrap_or(DateTime::<Utc>::MIN_UTC),
            end: instant.checked_add_signed(after).unwrap_or(DateTime::<Utc>::MAX_UTC),
        }
    }

    pub fn start(self) -> DateTime<Utc> {
        self.start
    }

    pub fn end(self) -> DateTime<Utc> {
        self.end
    }

    pub fn overlaps(self, other: Range) -> bool {
        self.start < other.end && other.start < self.end
    }

    pub fn contains(self, other: Range) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// This range with `before` and `after` minutes more on its sides.
    pub fn padded(self, before: u32, after: u32) -> Range {
        let minutes = |count: u32| TimeDelta::minutes(i64::from(count));
        Range {
            start: self.start.checked_sub_signed(minutes(before)).unwrap_or(self.start),
            end: self.end.checked_add_signed(minutes(after)).unwrap_or(self.end),
        }
    }
}

/// A set of instants. The ranges inside are sorted, and neither overlap nor touch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ranges(Vec<Range>);

impl Ranges {
    pub fn iter(&self) -> impl Iterator<Item = Range> + '_ {
        self.0.iter().copied()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether one of the ranges covers the whole of `wanted`.
    pub fn cover(&self, wanted: Range) -> bool {
        self.first_ending_after(wanted.start).is_some_and(|range| range.contains(wanted))
    }

    /// Whether any instant of `wanted` is in the set.
    pub fn meet(&self, wanted: Range) -> bool {
        self.first_ending_after(wanted.start).is_some_and(|range| range.overlaps(wanted))
    }

    pub fn union(&self, other: &Ranges) -> Ranges {
        self.iter().chain(other.iter()).collect()
    }

    pub fn subtract(&self, other: &Ranges) -> Ranges {
        let mut left = Vec::with_capacity(self.0.len());
        for range in self.iter() {
            let mut start = range.start;
            for hole in other.iter().filter(|hole| hole.overlaps(range)) {
                left.extend(Range::new(start, hole.start));
                start = start.max(hole.end);
            }
            left.extend(Range::new(start, range.end));
        }
        Ranges(left)
    }

    pub fn intersect(&self, other: &Ranges) -> Ranges {
        self.subtract(&self.subtract(other))
    }

    fn first_ending_after(&self, instant: DateTime<Utc>) -> Option<Range> {
        let index = self.0.partition_point(|range| range.end <= instant);
        self.0.get(index).copied()
    }
}

impl FromIterator<Range> for Ranges {
    fn from_iter<I: IntoIterator<Item = Range>>(ranges: I) -> Ranges {
        let mut sorted: Vec<Range> = ranges.into_iter().collect();
        sorted.sort_unstable();
        let mut merged: Vec<Range> = Vec::with_capacity(sorted.len());
        for range in sorted {
            match merged.last_mut() {
                Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
                _ => merged.push(range),
            }
        }
        Ranges(merged)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(minute * 60, 0).expect("small")
    }

    fn any_ranges() -> impl Strategy<Value = Ranges> {
        prop::collection::vec((0i64..300, 1i64..60), 0..12).prop_map(|pairs| {
            pairs
                .into_iter()
                .filter_map(|(start, length)| Range::new(at(start), at(start + length)))
                .collect()
        })
    }

    /// The set as single minutes: what the algebra must agree with.
    fn minutes(ranges: &Ranges) -> Vec<bool> {
        (0..400)
            .map(|minute| ranges.iter().any(|range| range.start <= at(minute) && at(minute) < range.end))
            .collect()
    }

    /// Whether a minute is in the result, from whether it is in each of two sets.
    type Rule = fn(bool, bool) -> bool;

    fn is_canonical(ranges: &Ranges) -> bool {
        ranges.0.iter().all(|range| range.start < range.end)
            && ranges.0.windows(2).all(|pair| pair[0].end < pair[1].start)
    }

    proptest! {
        #[test]
        fn algebra_agrees_with_single_minutes(a in any_ranges(), b in any_ranges()) {
            let (in_a, in_b) = (minutes(&a), minutes(&b));
            let rules: [(Ranges, Rule); 3] = [
                (a.union(&b), |x, y| x || y),
                (a.subtract(&b), |x, y| x && !y),
                (a.intersect(&b), |x, y| x && y),
            ];
            for (result, rule) in rules {
                prop_assert!(is_canonical(&result));
                let expected: Vec<bool> = in_a.iter().zip(&in_b).map(|(x, y)| rule(*x, *y)).collect();
                prop_assert_eq!(minutes(&result), expected);
            }
        }

        #[test]
        fn what_is_taken_away_and_given_back_is_whole(a in any_ranges(), b in any_ranges()) {
            prop_assert_eq!(a.subtract(&b).union(&a.intersect(&b)), a);
        }

        #[test]
        fn cover_and_meet_agree_with_single_minutes(a in any_ranges(), start in 0i64..300, length in 1i64..60) {
            let wanted = Range::new(at(start), at(start + length)).expect("not empty");
            let inside: Vec<bool> = (start..start + length).map(|m| minutes(&a)[usize::try_from(m).expect("small")]).collect();
            prop_assert_eq!(a.cover(wanted), inside.iter().all(|minute| *minute));
            prop_assert_eq!(a.meet(wanted), inside.iter().any(|minute| *minute));
        }
    }
}
