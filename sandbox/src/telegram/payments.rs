//! Checkouts, charges and Stars: what people pay, how, and when.

use std::collections::{BTreeSet, HashMap};
use std::hash::{BuildHasher as _, RandomState};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::Telegram;
use super::entities::FormattedText;
use super::invoices::STARS;
use super::state::{Body, Draft, State};
use super::updates::Lane;
use super::wire;

/// How long Telegram waits for the answer to a checkout.
const PATIENCE: TimeDelta = TimeDelta::seconds(10);

/// What is to be paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bill {
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) payload: String,
    pub(crate) currency: String,
    pub(crate) total: i64,
    /// With it, copies of the message only lead to the bot.
    pub(crate) start_parameter: String,
}

/// Currencies without decimal places, and with three; all others have two.
const WHOLE: [&str; 8] = ["JPY", "KRW", "VND", "CLP", "ISK", "UGX", "PYG", STARS];
const THREE: [&str; 4] = ["KWD", "BHD", "JOD", "TND"];

impl Bill {
    /// "€15.00", "⭐ 50".
    pub(crate) fn amount_text(&self) -> String {
        amount_text(&self.currency, self.total)
    }
}

pub(crate) fn amount_text(currency: &str, amount: i64) -> String {
    let places = if WHOLE.contains(&currency) { 0 } else { 2 + usize::from(THREE.contains(&currency)) };
    let digits = format!("{amount:0>width$}", width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    let symbol = match currency {
        STARS => "⭐ ".to_owned(),
        "EUR" => "€".to_owned(),
        "USD" => "$".to_owned(),
        "GBP" => "£".to_owned(),
        letters => format!("{letters} "),
    };
    if fraction.is_empty() { format!("{symbol}{whole}") } else { format!("{symbol}{whole}.{fraction}") }
}

/// Where somebody stands who is about to pay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CheckoutState {
    /// The bot was asked.
    Asked,
    /// The bot has agreed; nothing is paid yet.
    Approved,
    /// The bot has refused, for this reason.
    Refused(String),
    /// The bot has not answered within ten seconds.
    TimedOut,
    /// The money was charged.
    Paid,
    /// The card was refused.
    Failed,
    /// The person has closed the form.
    Abandoned,
}

/// Money that was charged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// Who paid.
    pub payer: i64,
    /// What for, in the invoice's words.
    pub title: String,
    /// Three letters.
    pub currency: String,
    /// In minor units.
    pub amount: i64,
    /// What the bot wrote into the invoice.
    pub payload: String,
    /// Telegram's name for the charge.
    pub charge: String,
    /// The provider's.
    pub provider_charge: String,
    /// Whether it was given back.
    pub refunded: bool,
}

#[derive(Debug)]
struct Checkout {
    payer: i64,
    bill: Bill,
    /// The message with the invoice, where there is one.
    message: Option<(i64, i64)>,
    at: DateTime<Utc>,
    state: CheckoutState,
    /// When the bot answered.
    answered_at: Option<DateTime<Utc>>,
}

#[derive(Debug)]
pub(crate) struct StarTransaction {
    pub(crate) charge: String,
    pub(crate) payer: i64,
    pub(crate) amount: i64,
    pub(crate) at: DateTime<Utc>,
    pub(crate) payload: String,
    pub(crate) is_refund: bool,
}

/// All that has to do with money.
#[derive(Debug, Default)]
pub(crate) struct Payments {
    checkouts: HashMap<String, Checkout>,
    paid: Vec<Payment>,
    stars: Vec<StarTransaction>,
    links: HashMap<String, Bill>,
    /// Checkouts that are paid by themselves, and when.
    later: BTreeSet<(DateTime<Utc>, String)>,
    next: u64,
}

impl Payments {
    fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    pub(super) fn link(&mut self, bill: Bill) -> String {
        let url = format!("https://t.me/${:016x}", RandomState::new().hash_one(self.number()));
        self.links.insert(url.clone(), bill);
        url
    }

    /// Whether the answer came in time for a checkout that waited for it.
    pub(super) fn answer(&mut self, id: &str, refusal: Option<String>, now: DateTime<Utc>) -> bool {
        let waits = |checkout: &&mut Checkout| checkout.state_at(now) == CheckoutState::Asked;
        let Some(checkout) = self.checkouts.get_mut(id).filter(waits) else { return false };
        checkout.state = refusal.map_or(CheckoutState::Approved, CheckoutState::Refused);
        checkout.answered_at = Some(now);
        true
    }

    pub(super) fn refund(
        &mut self,
        user: i64,
        charge: &str,
        now: DateTime<Utc>,
    ) -> Result<Payment, &'static str> {
        let is_it = |payment: &&mut Payment| {
            payment.payer == user && payment.charge == charge && payment.currency == STARS
        };
        let payment = self.paid.iter_mut().find(is_it).ok_or("CHARGE_NOT_FOUND")?;
        if payment.refunded {
            return Err("CHARGE_ALREADY_REFUNDED");
        }
        payment.refunded = true;
        self.stars.push(StarTransaction {
            charge: charge.to_owned(),
            payer: user,
            amount: payment.amount,
            at: now,
            payload: payment.payload.clone(),
            is_refund: true,
        });
        Ok(payment.clone())
    }

    pub(super) fn transactions(&self) -> &[StarTransaction] {
        &self.stars
    }

    /// Remembers that an approved checkout is paid so long after the bot's answer.
    pub(super) fn pay_later(&mut self, id: &str, after: TimeDelta) -> Result<(), String> {
        let at = self.approved(id)?.answered_at.and_then(|at| at.checked_add_signed(after));
        let at = at.ok_or("There is no such time.")?;
        self.later.retain(|(_, other)| other != id);
        self.later.insert((at, id.to_owned()));
        Ok(())
    }

    /// When the next of them is due.
    pub(super) fn next_due(&self) -> Option<DateTime<Utc>> {
        self.later.first().map(|(at, _)| *at)
    }

    /// Those that are due by now, in order; each is returned once.
    pub(super) fn take_due(&mut self, now: DateTime<Utc>) -> Vec<String> {
        let mut due = Vec::new();
        while self.next_due().is_some_and(|at| at <= now) {
            due.extend(self.later.pop_first().map(|(_, id)| id));
        }
        due
    }

    fn approved(&mut self, id: &str) -> Result<&mut Checkout, String> {
        let checkout = self.checkouts.get_mut(id).ok_or("There is no such checkout.")?;
        match checkout.state {
            CheckoutState::Approved => Ok(checkout),
            _ => Err("The bot has not agreed, or it is over.".to_owned()),
        }
    }
}

impl Checkout {
    fn state_at(&self, now: DateTime<Utc>) -> CheckoutState {
        match &self.state {
            CheckoutState::Asked if now - self.at > PATIENCE => CheckoutState::TimedOut,
            state => state.clone(),
        }
    }
}

impl Telegram {
    /// A person opens the payment of an invoice that stands in somebody's chat, usually their own; returns the checkout,
    /// about which the bot is asked. Another's is a forwarded copy.
    pub fn checkout(&self, payer: i64, chat: i64, message_id: i64) -> Result<String, String> {
        let id = self.change(|state| {
            let stored = state.people.get(&chat).and_then(|member| member.messages.get(&message_id));
            let Some(Body::Invoice { bill, is_paid }) = stored.map(|stored| &stored.body) else {
                return Err("There is no such invoice.".to_owned());
            };
            let bill = bill.clone();
            if !bill.start_parameter.is_empty() && payer != chat {
                return Err("This copy of the invoice only leads to the bot.".to_owned());
            }
            if !bill.start_parameter.is_empty() && *is_paid {
                return Err("This invoice is paid.".to_owned());
            }
            Ok(state.open_checkout(payer, bill, Some((chat, message_id))))
        })?;
        self.updates_arrived();
        Ok(id)
    }

    /// A person opens the payment behind a link.
    pub fn checkout_link(&self, payer: i64, url: &str) -> Result<String, String> {
        let id = self.change(|state| {
            let bill = state.payments.links.get(url).cloned().ok_or("There is no such invoice.")?;
            Ok::<_, String>(state.open_checkout(payer, bill, None))
        })?;
        self.updates_arrived();
        Ok(id)
    }

    /// Where a checkout stands; `None` when there is none of that name.
    pub fn checkout_state(&self, id: &str) -> Option<CheckoutState> {
        let state = self.state();
        let now = state.now();
        state.payments.checkouts.get(id).map(|checkout| checkout.state_at(now))
    }

    /// A person pays what the bot has agreed to, however long ago; returns Telegram's name for the charge.
    pub fn pay(&self, id: &str) -> Result<String, String> {
        let charge = self.change(|state| state.pay(id))?;
        self.updates_arrived();
        Ok(charge)
    }

    /// The card is refused.
    pub fn fail(&self, id: &str) -> Result<(), String> {
        self.end(id, CheckoutState::Failed)
    }

    /// The person closes the form.
    pub fn abandon(&self, id: &str) -> Result<(), String> {
        self.end(id, CheckoutState::Abandoned)
    }

    fn end(&self, id: &str, end: CheckoutState) -> Result<(), String> {
        self.change(|state| state.payments.approved(id).map(|checkout| checkout.state = end))
    }

    /// Telegram tells of a payment once more.
    pub fn repeat_payment(&self, charge: &str) {
        self.change(|state| {
            let told = state.people.iter().find_map(|(person, member)| {
                let is_it = |body: &Body| matches!(body, Body::Paid(payment) if payment.charge == charge);
                let stored = member.messages.values().find(|stored| is_it(&stored.body))?;
                Some((*person, stored.id))
            });
            if let Some((person, message)) = told
                && let Some(message) = state.message(person, message)
            {
                let now = state.now();
                state.updates.push("message", &message, Lane::Chat(person), now);
            }
        });
        self.updates_arrived();
    }

    /// How many checkouts wait for the bot's answer.
    pub fn asked_checkouts(&self) -> usize {
        let state = self.state();
        let now = state.now();
        let waits = |checkout: &&Checkout| checkout.state_at(now) == CheckoutState::Asked;
        state.payments.checkouts.values().filter(waits).count()
    }

    /// All that was paid, in order.
    pub fn payments(&self) -> Vec<Payment> {
        self.state().payments.paid.clone()
    }

    /// What the bot has in Stars.
    pub fn stars_balance(&self) -> i64 {
        let signed = |one: &StarTransaction| if one.is_refund { -one.amount } else { one.amount };
        self.state().payments.stars.iter().map(signed).sum()
    }
}

impl State {
    fn open_checkout(&mut self, payer: i64, bill: Bill, message: Option<(i64, i64)>) -> String {
        let id = format!("{}", 5_000_000_000_000_000_000 + self.payments.number());
        let now = self.now();
        let query = json!({
            "id": id,
            "from": wire::user(&self.person(payer).person),
            "currency": bill.currency,
            "total_amount": bill.total,
            "invoice_payload": bill.payload,
        });
        let state = CheckoutState::Asked;
        let checkout = Checkout { payer, bill, message, at: now, state, answered_at: None };
        self.payments.checkouts.insert(id.clone(), checkout);
        self.updates.push("pre_checkout_query", &query, Lane::Checkout(payer), now);
        id
    }

    fn pay(&mut self, id: &str) -> Result<String, String> {
        let checkout = self.payments.approved(id)?;
        checkout.state = CheckoutState::Paid;
        let (payer, bill, message) = (checkout.payer, checkout.bill.clone(), checkout.message);
        let number = self.payments.number();
        let random = RandomState::new().hash_one(number);
        let payment = Payment {
            payer,
            title: bill.title,
            currency: bill.currency,
            amount: bill.total,
            payload: bill.payload,
            charge: format!("ch_{number}_{random:016x}"),
            provider_charge: format!("pp_{random:012x}"),
            refunded: false,
        };
        let (charge, now) = (payment.charge.clone(), self.now());
        if payment.currency == STARS {
            self.payments.stars.push(StarTransaction {
                charge: charge.clone(),
                payer,
                amount: payment.amount,
                at: now,
                payload: payment.payload.clone(),
                is_refund: false,
            });
        }
        self.payments.paid.push(payment.clone());
        // Only what cannot be forwarded turns into a receipt; anybody may pay the rest again.
        if let Some((chat, message)) = message
            && !bill.start_parameter.is_empty()
            && let Some(stored) = self.person(chat).messages.get_mut(&message)
            && let Body::Invoice { is_paid, .. } = &mut stored.body
        {
            *is_paid = true;
            self.person(chat).version += 1;
        }
        let draft = Draft::from_person(FormattedText::default(), Body::Paid(payment));
        let (_, message) = self.post(payer, draft);
        self.updates.push("message", &message, Lane::Chat(payer), now);
        Ok(charge)
    }
}
