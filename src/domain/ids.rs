//! Typed identifiers, so that one can never be passed for another.

macro_rules! id {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub $inner);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id!(
    /// A place where visits happen.
    LocationId(i32)
);
id!(
    /// Something a client can book.
    ServiceId(i32)
);
id!(
    /// A person who gives the service: a therapist or a master.
    MasterId(i32)
);
id!(
    /// A person who books.
    ClientId(i64)
);
id!(
    /// A visit, from its hold to its end.
    BookingId(i64)
);
id!(
    /// A person as Telegram knows them. In a private chat it is the chat's id as well.
    TelegramId(i64)
);
impl TelegramId {
    /// In whose place calls stand that are no message to anybody.
    pub const NOBODY: TelegramId = TelegramId(-1);
}

id!(
    /// A message in a private chat.
    MessageId(i32)
);
id!(
    /// An update as Telegram numbers it.
    UpdateId(i64)
);
id!(
    /// A room or a piece of equipment that one visit at a time can use.
    ResourceId(i32)
);
id!(
    /// A voucher that can be bought.
    VoucherTypeId(i32)
);
id!(
    /// A voucher that somebody has, or has yet to pay or to take.
    VoucherId(i64)
);
id!(
    /// A backup that was due or that somebody wanted.
    BackupId(i64)
);
id!(
    /// A code that makes a visit cheaper.
    PromoId(i32)
);
id!(
    /// Resources of which a service needs any one.
    KindId(i32)
);
id!(
    /// Visits booked together by one rule.
    SeriesId(i64)
);
id!(
    /// A stretch of time for which a master is away.
    TimeOffId(i32)
);
id!(
    /// A message that waits to be sent, or was.
    OutboxId(i64)
);
id!(
    /// What somebody is asked to pay.
    InvoiceId(i64)
);
id!(
    /// Money that came.
    PaymentId(i64)
);
id!(
    /// Money that goes back.
    RefundId(i64)
);
id!(
    /// Somebody's wish to be forgotten.
    ErasureId(i64)
);
id!(
    /// A place in the waitlist.
    WaitId(i64)
);
id!(
    /// A time that was offered to a waiting client.
    OfferId(i64)
);
