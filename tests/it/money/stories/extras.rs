//! What people do with vouchers.

use uuid::Uuid;
use vizit::{
    db::bookings::By,
    domain::{
        conversation::Outcome,
        ids::{BookingId, ClientId, RefundId, TelegramId, VoucherId},
        payment::{Question, Refusal},
    },
    services::{ServiceError, Services, booking, payments, vouchers},
};

use super::{Dice, Studio};

/// Five massages, and a voucher for anything, at prices that end like this; and a code.
pub(super) fn catalog(unit: &str) -> String {
    format!(
        r#"
[[voucher]]
key = "five"
name = "Five massages"
service = "massage"
visits = 5
price = "21{unit}"
valid = "5 days"

[[voucher]]
key = "amount"
name = "For anything"
price = "9{unit}"
valid = "30 days"

[[promo]]
code = "TENTH"
off = "10%"
"#
    )
}

impl Studio {
    /// For themselves, or as a gift that two people want to take.
    pub(super) async fn buys_a_voucher(
        &self,
        services: &Services,
        dice: &mut Dice,
        client: ClientId,
        person: TelegramId,
    ) -> Result<(), ServiceError> {
        let kind = self.vouchers[dice.index(self.vouchers.len())];
        let is_gift = dice.roll(3) == 0;
        let mut transaction = services.pool.begin().await?;
        let asked = vouchers::buy(&mut transaction, services, (client, person), kind, is_gift).await?;
        assert_eq!(asked, Outcome::VoucherAsked);
        transaction.commit().await?;
        let (payload, amount, currency, token): (String, i64, String, Option<Uuid>) = sqlx::query_as(
            "SELECT i.payload::text, i.amount_minor, i.currency::text, v.token FROM invoices i \
             JOIN vouchers v ON v.id = i.voucher_id WHERE i.client_id = $1 ORDER BY i.id DESC LIMIT 1",
        )
        .bind(client.0)
        .fetch_one(&self.pool)
        .await?;
        for _ in 0..=dice.roll(2) {
            let question = Question {
                payer: person,
                payload: payload.clone(),
                amount_minor: amount,
                currency: currency.clone(),
            };
            let (answer, _) = payments::may_charge(&self.replicas[dice.index(3)], &question).await?;
            if let Err(refusal) = answer {
                // Only who has meanwhile paid it, or is buying another one, is refused. What is charged all the same finds its
                // owner.
                assert!(matches!(refusal, Refusal::AlreadyPaid | Refusal::Over), "{refusal:?}");
                self.note("voucher refused");
            }
            self.stumble(dice).await?;
            let paid = self.charge(person, &payload, amount, &currency);
            self.take(&self.replicas[dice.index(3)], &paid).await?;
        }
        let Some(token) = token else { return Ok(()) };
        let mut takers = 0;
        for _ in 0..2 {
            let (_, friend) = self.clients[dice.index(self.clients.len())];
            let mut transaction = services.pool.begin().await?;
            let outcome =
                vouchers::take_gift(&mut transaction, services, friend, token, Uuid::new_v4()).await?;
            transaction.commit().await?;
            takers += usize::from(outcome == Outcome::GiftTaken);
        }
        assert!(takers <= 1, "a gift is taken once");
        if takers == 1 {
            self.note("gift taken");
        }
        Ok(())
    }

    pub(super) async fn uses_a_voucher(
        &self,
        services: &Services,
        dice: &mut Dice,
        client: ClientId,
        booking: BookingId,
        by: By,
    ) -> Result<bool, ServiceError> {
        let own: Vec<i64> =
            sqlx::query_scalar("SELECT id FROM vouchers WHERE client_id = $1 AND state = 'live'")
                .bind(client.0)
                .fetch_all(&self.pool)
                .await?;
        if own.is_empty() || dice.roll(2) == 0 {
            return Ok(false);
        }
        let voucher = VoucherId(own[dice.index(own.len())]);
        Ok(match booking::redeem(services, client, booking, voucher, by).await? {
            Ok(confirmed) => {
                confirmed.lock.commit().await?;
                self.note("paid by voucher");
                true
            }
            Err(_) => false,
        })
    }

    /// Instead of the money that an admin is to give back.
    pub(super) async fn rather_has_a_voucher(
        &self,
        services: &Services,
        client: ClientId,
        person: TelegramId,
    ) -> Result<(), ServiceError> {
        payments::follow(services).await?;
        let due: Vec<i64> = sqlx::query_scalar(
            "SELECT r.id FROM refunds r JOIN payments p ON p.id = r.payment_id WHERE p.payer = $1 AND r.state = 'due'",
        )
        .bind(person.0)
        .fetch_all(&self.pool)
        .await?;
        for refund in due {
            let mut transaction = services.pool.begin().await?;
            let who = (client, person);
            let done = payments::rather_voucher(&mut transaction, services, who, RefundId(refund)).await?;
            transaction.commit().await?;
            if done == Outcome::VoucherInstead {
                self.note("rather a voucher");
            }
        }
        Ok(())
    }
}
