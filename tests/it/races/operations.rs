//! What people and jobs may do, chosen at random but from few days, times and masters, so that they get in each
//! other's way.

use proptest::prelude::*;

/// Numbers stand for what there is at that moment: the n-th client, service, day, visit …
#[derive(Debug, Clone)]
pub(super) struct Operation {
    pub(super) kind: Kind,
    pub(super) replica: usize,
    pub(super) client: usize,
    /// How an operation that leaves a transaction open ends.
    pub(super) end: End,
}

#[derive(Debug, Clone)]
pub(super) enum Kind {
    Hold {
        wish: usize,
        master: usize,
        day: u32,
        hour: u32,
        is_half_past: bool,
    },
    Confirm,
    /// Moves a confirmed visit: holds another time for it.
    HoldMove {
        visit: usize,
        day: u32,
        hour: u32,
        is_half_past: bool,
    },
    /// Holds a time and books it for several weeks at once.
    Series {
        times: u32,
        skip: u32,
        day: u32,
        hour: u32,
        is_half_past: bool,
    },
    Cancel {
        visit: usize,
    },
    CancelFrom {
        visit: usize,
    },
    Release,
    Block {
        master: usize,
        day: u32,
        hour: u32,
    },
    Unblock {
        which: usize,
    },
    Sweep,
    /// Minutes that pass.
    Wait {
        minutes: i64,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Commit,
    RollBack,
    /// As when the process dies.
    Drop,
}

pub(super) fn any_operation() -> impl Strategy<Value = Operation> {
    let when = || (0u32..3, 10u32..16, any::<bool>());
    let kind = prop_oneof![
        10 => (0usize..4, 0usize..4, when()).prop_map(|(wish, master, (day, hour, is_half_past))| Kind::Hold {
            wish, master, day, hour, is_half_past
        }),
        14 => Just(Kind::Confirm),
        5 => (0usize..4, when()).prop_map(|(visit, (day, hour, is_half_past))| Kind::HoldMove {
            visit, day, hour, is_half_past
        }),
        3 => (2u32..6, 0u32..6, when()).prop_map(|(times, skip, (day, hour, is_half_past))| Kind::Series {
            times, skip, day, hour, is_half_past
        }),
        4 => (0usize..4).prop_map(|visit| Kind::Cancel { visit }),
        3 => (0usize..4).prop_map(|visit| Kind::CancelFrom { visit }),
        2 => Just(Kind::Release),
        2 => (0usize..3, 0u32..3, 9u32..18).prop_map(|(master, day, hour)| Kind::Block { master, day, hour }),
        1 => (0usize..4).prop_map(|which| Kind::Unblock { which }),
        1 => Just(Kind::Sweep),
        1 => (1i64..4).prop_map(|minutes| Kind::Wait { minutes }),
    ];
    let end = prop_oneof![18 => Just(End::Commit), 1 => Just(End::RollBack), 1 => Just(End::Drop)];
    (kind, 0usize..3, 0usize..8, end).prop_map(|(kind, replica, client, end)| Operation {
        kind,
        replica,
        client,
        end,
    })
}
