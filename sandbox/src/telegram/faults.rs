//! Things that go wrong on demand.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Something that shall go wrong, for which calls, and how often.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fault {
    /// The only method that it hits, in any case.
    #[serde(default)]
    pub method: Option<String>,
    /// The only chat that it hits.
    #[serde(default)]
    pub chat: Option<i64>,
    /// What goes wrong.
    #[serde(flatten)]
    pub kind: FaultKind,
    /// How many times.
    #[serde(default = "once")]
    pub times: u32,
    /// How many matching calls pass unharmed first.
    #[serde(default)]
    pub after: u32,
}

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FaultKind {
    /// The call is done, then the connection is closed without an answer.
    AnswerLost,
    /// The call is not done and the connection is closed.
    Refused,
    /// The flood limit.
    TooManyRequests {
        /// Seconds to wait.
        retry_after: u32,
    },
    /// The person cannot be written to.
    Forbidden {
        /// Telegram's sentence.
        description: String,
    },
    /// An HTML page, as a proxy answers when the server behind it is down.
    ServerError {
        /// HTTP status.
        status: u16,
    },
    /// The call is done late.
    Slow {
        /// How late.
        #[serde(rename = "by_ms", with = "milliseconds")]
        by: Duration,
    },
    /// Updates are delivered twice.
    DuplicateUpdates,
    /// Updates are delivered in the wrong order.
    ReorderUpdates,
    /// A webhook push is lost although it counts as delivered.
    DropPush,
    /// Something else goes wrong, but only with a share of the calls.
    Share {
        /// How many of a hundred calls it hits.
        percent: u8,
        /// What goes wrong.
        of: Box<FaultKind>,
    },
}

impl FaultKind {
    fn hits_updates(&self) -> bool {
        match self {
            Self::Share { of, .. } => of.hits_updates(),
            kind => matches!(kind, Self::DuplicateUpdates | Self::ReorderUpdates | Self::DropPush),
        }
    }
}

fn once() -> u32 {
    1
}

mod milliseconds {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(by: &Duration, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u64(u64::try_from(by.as_millis()).unwrap_or(u64::MAX))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        u64::deserialize(from).map(Duration::from_millis)
    }
}

/// The faults that are still to come.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    waiting: Vec<Fault>,
    /// Of a generator that gives the same row of numbers in every run.
    dice: u32,
}

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault) {
        if fault.times > 0 {
            self.waiting.push(fault);
        }
    }

    pub(crate) fn clear(&mut self) {
        self.waiting.clear();
    }

    /// The fault that this call meets.
    pub(crate) fn for_call(&mut self, method: &str, chat: Option<i64>) -> Option<FaultKind> {
        self.take(|fault| {
            !fault.kind.hits_updates()
                && fault.method.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
                && fault.chat.is_none_or(|wanted| chat == Some(wanted))
        })
    }

    /// Whether this delivery of updates meets a fault of the given kind; `chats` are those of its updates.
    pub(crate) fn for_delivery(&mut self, kind: &FaultKind, chats: &[i64]) -> bool {
        self.take(|fault| fault.kind == *kind && fault.chat.is_none_or(|wanted| chats.contains(&wanted)))
            .is_some()
    }

    fn take(&mut self, matches: impl Fn(&Fault) -> bool) -> Option<FaultKind> {
        let mut struck = None;
        for (index, fault) in self.waiting.iter_mut().enumerate() {
            if !matches(fault) {
                continue;
            }
            if let FaultKind::Share { percent, .. } = &fault.kind {
                self.dice = self.dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                if (self.dice >> 16) % 100 >= u32::from(*percent) {
                    continue;
                }
            }
            if fault.after > 0 {
                fault.after -= 1;
            } else {
                fault.times -= 1;
                struck = Some((index, fault.kind.clone(), fault.times));
                break;
            }
        }
        let (index, kind, times) = struck?;
        if times == 0 {
            self.waiting.remove(index);
        }
        Some(match kind {
            FaultKind::Share { of, .. } => *of,
            kind => kind,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(method: Option<&str>, chat: Option<i64>, times: u32, after: u32) -> Fault {
        Fault { method: method.map(str::to_owned), chat, kind: FaultKind::AnswerLost, times, after }
    }

    #[test]
    fn a_fault_hits_its_calls_only() {
        let mut faults = Faults::default();
        faults.add(fault(Some("SENDMESSAGE"), Some(7), 1, 1));
        assert_eq!(faults.for_call("sendMessage", Some(8)), None);
        assert_eq!(faults.for_call("editMessageText", Some(7)), None);
        assert_eq!(faults.for_call("sendMessage", Some(7)), None);
        assert_eq!(faults.for_call("sendMessage", Some(7)), Some(FaultKind::AnswerLost));
        assert_eq!(faults.for_call("sendMessage", Some(7)), None);
    }

    #[test]
    fn a_share_of_the_calls_is_hit() {
        let mut faults = Faults::default();
        let of = Box::new(FaultKind::AnswerLost);
        let kind = FaultKind::Share { percent: 10, of };
        faults.add(Fault { method: None, chat: None, kind, times: 10_000, after: 0 });
        let hit = (0..1000).filter(|_| faults.for_call("sendMessage", None).is_some()).count();
        assert!((70..130).contains(&hit), "{hit} of 1000");
        assert_eq!((0..50).find_map(|_| faults.for_call("sendMessage", None)), Some(FaultKind::AnswerLost));
    }

    #[test]
    fn faults_travel_as_flat_json() -> serde_json::Result<()> {
        let read: Fault =
            serde_json::from_str(r#"{"method":"sendMessage","kind":"slow","by_ms":1500,"times":2}"#)?;
        assert_eq!(read.kind, FaultKind::Slow { by: Duration::from_millis(1500) });
        assert_eq!((read.times, read.after), (2, 0));
        Ok(())
    }
}
