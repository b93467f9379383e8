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

    /// Whether any instant of `wanted` is in the set.
    pub fn meet(&self, wanted: Range) -> bool {
        self.meeting(wanted).next().is_some()
    }

    pub fn subtract(&self, other: &Ranges) -> Ranges {
        let mut left = Vec::with_capacity(self.0.len().saturating_add(1));
        for range in self.iter() {
            let mut start = range.start;
            for hole in other.meeting(range) {
                left.extend(Range::new(start, hole.start));
                start = start.max(hole.end);
            }
            left.extend(Range::new(start, range.end));
        }
        Ranges(left)
    }

    /// The ranges that overlap `span`, whole.
    pub fn meeting(&self, span: Range) -> impl Iterator<Item = Range> + '_ {
        let from = self.0.partition_point(|range| range.end <= span.start);
        self.0.get(from..).unwrap_or_default().iter().copied().take_while(move |range| range.start < span.end)
    }
}

impl From<Range> for Ranges {
    fn from(range: Range) -> Ranges {
        Ranges(vec![range])
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

    fn union(a: &Ranges, b: &Ranges) -> Ranges {
        a.iter().chain(b.iter()).collect()
    }

    fn intersection(a: &Ranges, b: &Ranges) -> Ranges {
        a.subtract(&a.subtract(b))
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
                (union(&a, &b), |x, y| x || y),
                (a.subtract(&b), |x, y| x && !y),
                (intersection(&a, &b), |x, y| x && y),
            ];
            for (result, rule) in rules {
                prop_assert!(is_canonical(&result));
                let expected: Vec<bool> = in_a.iter().zip(&in_b).map(|(x, y)| rule(*x, *y)).collect();
                prop_assert_eq!(minutes(&result), expected);
            }
        }

        #[test]
        fn what_is_taken_away_and_given_back_is_whole(a in any_ranges(), b in any_ranges(), c in any_ranges()) {
            prop_assert_eq!(union(&a.subtract(&b), &intersection(&a, &b)), a.clone());
            // Taking away two sets one after the other is taking away both at once, in any order.
            prop_assert_eq!(a.subtract(&b).subtract(&c), a.subtract(&union(&c, &b)));
            prop_assert_eq!(union(&a, &b), union(&b, &a));
            prop_assert_eq!(intersection(&a.subtract(&b), &b), Ranges::default());
        }

        #[test]
        fn meeting_agrees_with_single_minutes(a in any_ranges(), start in 0i64..300, length in 1i64..60) {
            let wanted = Range::new(at(start), at(start + length)).expect("not empty");
            let inside: Vec<bool> = (start..start + length).map(|m| minutes(&a)[usize::try_from(m).expect("small")]).collect();
            prop_assert_eq!(a.meet(wanted), inside.iter().any(|minute| *minute));
        }
    }
}
