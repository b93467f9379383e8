//! A person with a phone in their hand.

use sqlx::PgPool;
use vizit_sandbox::{Button, ButtonKind, Contact, Content, Keyboard, Message, Telegram};

use super::settle;

#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) id: i64,
    telegram: Telegram,
    pool: PgPool,
}

impl Person {
    pub(super) fn new(id: i64, telegram: Telegram, pool: PgPool) -> Person {
        Person { id, telegram, pool }
    }

    // What the person does -------------------------------------------------------------------------

    pub(crate) async fn says(&self, text: &str) {
        self.telegram.send_text(self.id, text);
        self.settle().await;
    }

    pub(crate) fn says_without_waiting(&self, text: &str) {
        self.telegram.send_text(self.id, text);
    }

    /// Taps the button whose label contains `label`, on the newest message that has such a button.
    pub(crate) async fn taps(&self, label: &str) {
        self.taps_without_waiting(label);
        self.settle().await;
    }

    pub(crate) fn taps_without_waiting(&self, label: &str) {
        let (message, data) = self.button(label);
        self.telegram.tap(self.id, message, &data);
    }

    /// Sends a callback as an old or forged button would.
    pub(crate) async fn taps_data(&self, message: i64, data: &str) {
        self.telegram.tap(self.id, message, data);
        self.settle().await;
    }

    pub(crate) async fn shares_phone(&self) {
        let contact = Contact {
            phone: "+49305550101".to_owned(),
            first_name: "Me".to_owned(),
            last_name: None,
            user_id: Some(self.id),
        };
        self.telegram.send_contact(self.id, contact);
        self.settle().await;
    }

    pub(crate) async fn shares_contact_of(&self, user_id: Option<i64>) {
        let contact = Contact {
            phone: "+49305550999".to_owned(),
            first_name: "Bob".to_owned(),
            last_name: None,
            user_id,
        };
        self.telegram.send_contact(self.id, contact);
        self.settle().await;
    }

    pub(crate) async fn sends_sticker(&self) {
        self.telegram.send_sticker(self.id, "😀");
        self.settle().await;
    }

    pub(crate) async fn sends_photo(&self) {
        self.telegram.send_photo(self.id, vec![0xff, 0xd8, 0xff], None);
        self.settle().await;
    }

    /// /start, consent, and no phone number.
    pub(crate) async fn introduces(&self) {
        self.says("/start").await;
        self.taps("I agree").await;
        self.says("Skip").await;
        self.sees("What would you like to do?");
    }

    /// From Home to the times of a day, with the first master's name that fits.
    pub(crate) async fn looks_for(&self, services: &[&str], master: &str, day: &str) {
        self.says("/book").await;
        for service in services {
            self.taps(service).await;
        }
        self.taps("Next").await;
        self.taps(master).await;
        self.taps_exactly(day).await;
    }

    pub(crate) async fn books(&self, services: &[&str], master: &str, day: &str, time: &str) {
        self.looks_for(services, master, day).await;
        self.taps_exactly(time).await;
        self.taps("Confirm").await;
        self.sees("Your visit is booked");
    }

    /// Taps the button whose label is `label`; for days and times, which are parts of other labels.
    pub(crate) async fn taps_exactly(&self, label: &str) {
        self.taps_exactly_without_waiting(label);
        self.settle().await;
    }

    pub(crate) fn taps_exactly_without_waiting(&self, label: &str) {
        let (message, data) = self.find_button(|text| text == label).unwrap_or_else(|| self.no_button(label));
        self.telegram.tap(self.id, message, &data);
    }

    pub(crate) async fn settle(&self) {
        settle(&self.telegram, &self.pool).await;
    }

    /// The newest invoice in the chat.
    pub(crate) fn invoice(&self) -> Message {
        let is_invoice = |message: &Message| matches!(message.content, Content::Invoice { .. });
        self.messages().into_iter().rfind(is_invoice).expect("the bot has asked for money")
    }

    /// Opens the payment of the newest invoice and lets the bot answer; the name of the checkout.
    pub(crate) async fn opens_the_payment(&self) -> String {
        let invoice = self.invoice().id;
        let checkout = self.telegram.checkout(self.id, self.id, invoice).expect("a live invoice");
        self.settle().await;
        checkout
    }

    /// Pays what was opened; the name of the charge.
    pub(crate) async fn pays_for(&self, checkout: &str) -> String {
        let charge = self.telegram.pay(checkout).expect("the bot has agreed");
        self.settle().await;
        charge
    }

    /// Pays the newest invoice.
    pub(crate) async fn pays(&self) -> String {
        let checkout = self.opens_the_payment().await;
        self.pays_for(&checkout).await
    }

    // What the person sees -------------------------------------------------------------------------

    /// The newest message of the bot; files stand beside the screen.
    pub(crate) fn screen(&self) -> Message {
        let is_screen = |message: &Message| message.from_bot && message.content == Content::Text;
        self.messages().into_iter().rfind(is_screen).expect("the bot has said something")
    }

    pub(crate) fn messages(&self) -> Vec<Message> {
        self.telegram.chat(self.id).messages
    }

    #[track_caller]
    pub(crate) fn sees(&self, text: &str) {
        let screen = self.screen();
        assert!(screen.text.contains(text), "{text:?} is not in:\n{}\n{:?}", screen.text, self.labels());
    }

    #[track_caller]
    pub(crate) fn does_not_see(&self, text: &str) {
        let screen = self.screen();
        assert!(!screen.text.contains(text), "{text:?} is in:\n{}", screen.text);
    }

    /// How many of the bot's messages say this now.
    pub(crate) fn heard(&self, text: &str) -> usize {
        self.messages().iter().filter(|message| message.from_bot && message.text.contains(text)).count()
    }

    /// The newest of the bot's messages that says this.
    #[track_caller]
    pub(crate) fn message(&self, text: &str) -> Message {
        let says = |message: &Message| message.from_bot && message.text.contains(text);
        let found = self.messages().into_iter().rfind(says);
        found
            .unwrap_or_else(|| panic!("nobody has said {text:?}; the last word was:\n{}", self.screen().text))
    }

    /// The labels of the buttons below the newest message that says this.
    #[track_caller]
    pub(crate) fn labels_below(&self, text: &str) -> Vec<String> {
        buttons(&self.message(text)).into_iter().map(|button| button.text).collect()
    }

    /// Waits for something that the bot says without being asked, and that no query can tell beforehand.
    pub(crate) async fn waits_for(&self, text: &str) {
        let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(20);
        while self.heard(text) == 0 {
            assert!(tokio::time::Instant::now() < deadline, "{text:?} never came; {}", self.screen().text);
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        self.settle().await;
    }

    /// The picture that the bot sent last, with its caption.
    pub(crate) fn picture(&self) -> Option<(Vec<u8>, String)> {
        self.messages().into_iter().rev().find_map(|message| match &message.content {
            Content::Photo { file_id } => Some((self.telegram.file(file_id)?.bytes, message.text.clone())),
            _ => None,
        })
    }

    pub(crate) async fn blocks_the_bot(&self, blocked: bool) {
        self.telegram.block_bot(self.id, blocked);
        self.settle().await;
    }

    /// The labels of the newest message's buttons.
    pub(crate) fn labels(&self) -> Vec<String> {
        buttons(&self.screen()).into_iter().map(|button| button.text).collect()
    }

    #[track_caller]
    pub(crate) fn sees_button(&self, label: &str) {
        assert!(
            self.labels().iter().any(|text| text.contains(label)),
            "no button {label:?} in {:?}",
            self.labels()
        );
    }

    #[track_caller]
    pub(crate) fn sees_no_button(&self, label: &str) {
        assert!(
            !self.labels().iter().any(|text| text.contains(label)),
            "a button {label:?} in {:?}",
            self.labels()
        );
    }

    /// What the last answer to a tap said.
    pub(crate) fn toast(&self) -> Option<String> {
        self.telegram.chat(self.id).answers.last().and_then(|answer| answer.text.clone())
    }

    /// The names of all files that the bot sent.
    pub(crate) fn documents(&self) -> Vec<String> {
        let name = |message: Message| match message.content {
            Content::Document { file_id, .. } => self.telegram.file(&file_id).map(|file| file.name),
            _ => None,
        };
        self.messages().into_iter().filter_map(name).collect()
    }

    /// The newest file whose name ends like this: its name and content.
    pub(crate) fn file_named(&self, ending: &str) -> (String, Vec<u8>) {
        let file = self.messages().into_iter().rev().find_map(|message| match message.content {
            Content::Document { file_id, .. } => {
                self.telegram.file(&file_id).filter(|file| file.name.ends_with(ending))
            }
            _ => None,
        });
        let file = file.unwrap_or_else(|| panic!("no file {ending}"));
        (file.name, file.bytes)
    }

    /// The newest file that the bot sent: its name and content.
    pub(crate) fn file(&self) -> (String, Vec<u8>) {
        self.file_named("")
    }

    /// The message and the data of the newest button whose label contains this.
    pub(crate) fn button(&self, label: &str) -> (i64, String) {
        self.find_button(|text| text.contains(label)).unwrap_or_else(|| self.no_button(label))
    }

    fn find_button(&self, fits: impl Fn(&str) -> bool) -> Option<(i64, String)> {
        self.messages().into_iter().rev().filter(|message| message.from_bot).find_map(|message| {
            buttons(&message).into_iter().find(|button| fits(&button.text)).and_then(|button| {
                match button.kind {
                    ButtonKind::Data(data) => Some((message.id, data)),
                    ButtonKind::Url(_) | ButtonKind::Other(_) => None,
                }
            })
        })
    }

    fn no_button(&self, label: &str) -> ! {
        panic!("there is no button {label:?}; the screen is:\n{}\n{:?}", self.screen().text, self.labels())
    }
}

fn buttons(message: &Message) -> Vec<Button> {
    match &message.keyboard {
        Keyboard::Inline(rows) => rows.iter().flatten().cloned().collect(),
        Keyboard::None | Keyboard::Reply { .. } | Keyboard::Remove => Vec::new(),
    }
}
