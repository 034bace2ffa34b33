//! The journal entries that were never confirmed; see `ui/api/entries_api.slint`.

use serde::Serialize;

use crate::app::App;
use crate::app::entries::UnconfirmedEntry;
use crate::domain::fact::Fact;
use crate::domain::money::Money;
use crate::screens::day_and_clock;

/// The sheet with the entries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EntriesView {
    /// The entries, the oldest first.
    pub rows: Vec<EntryRow>,
    /// The currency of the amounts.
    pub currency: String,
    /// Whether the manager can say that they were seen.
    pub can_confirm: bool,
}

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EntryRow {
    /// Its number in the journal.
    pub number: String,
    /// When it was to be stored.
    pub time_text: String,
    /// Who; empty for the program itself.
    pub actor: String,
    /// What it is about.
    pub about: EntryAbout,
    /// The journal's own word for it.
    pub kind: String,
    /// How much, if money is in it.
    pub amount: Option<String>,
}

/// What an entry is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words are described in ui/api/entries_api.slint")]
pub enum EntryAbout {
    Person,
    Day,
    Drawer,
    Outage,
    Sale,
    Reader,
    Transfer,
    Card,
    Cash,
    Statement,
}

/// The sheet with the entries.
pub(super) fn view(app: &App) -> EntriesView {
    EntriesView {
        rows: app.unconfirmed.iter().map(|entry| row(app, entry)).collect(),
        currency: app.settings.currency.to_string(),
        can_confirm: app.is_manager() && !app.is_busy(),
    }
}

fn row(app: &App, entry: &UnconfirmedEntry) -> EntryRow {
    let person = app.settings.people.iter().find(|person| person.id.0 == entry.actor);
    let begun = || entry.fact.payment().and_then(|payment| app.ledger.payments.get(&payment));
    let amount = entry.fact.amount().or_else(|| begun().map(|payment| payment.amount));
    EntryRow {
        number: entry.seq.to_string(),
        time_text: day_and_clock(app, entry.at),
        actor: person.map_or_else(String::new, |person| person.name.clone()),
        about: about(&entry.fact),
        kind: entry.fact.kind().to_owned(),
        amount: amount.map(Money::shown),
    }
}

#[allow(clippy::too_many_lines, reason = "one arm for each kind of fact")]
fn about(fact: &Fact) -> EntryAbout {
    match fact {
        Fact::SignedIn { .. } | Fact::SignedOut { .. } | Fact::PinRefused { .. } | Fact::ManagerApproved { .. } => {
            EntryAbout::Person
        }
        Fact::DayOpened { .. } | Fact::ItemCarried { .. } | Fact::DayClosed { .. } => EntryAbout::Day,
        Fact::DrawerOpened { .. }
        | Fact::DrawerChosen { .. }
        | Fact::DrawerCounted { .. }
        | Fact::DrawerExplained { .. }
        | Fact::DrawerMoved { .. }
        | Fact::DrawerRefused { .. }
        | Fact::DrawerHandedOver { .. }
        | Fact::DrawerKicked {} => EntryAbout::Drawer,
        Fact::OutageBegan { .. } | Fact::OutageChanged { .. } | Fact::OutageEnded { .. } => EntryAbout::Outage,
        Fact::SaleBegan { .. }
        | Fact::SaleDone { .. }
        | Fact::SaleRecalled { .. }
        | Fact::SaleAbandoned { .. }
        | Fact::GivenBack { .. }
        | Fact::Refunded { .. }
        | Fact::RefundSent { .. }
        | Fact::ReceiptQueued { .. }
        | Fact::ReceiptMoved { .. } => EntryAbout::Sale,
        Fact::ServiceCase { .. }
        | Fact::UpkeepDone { .. }
        | Fact::DeviceAttached { .. }
        | Fact::DeviceHanded { .. }
        | Fact::ReaderSwitched { .. }
        | Fact::ReaderAsked { .. }
        | Fact::ReaderUnanswered { .. }
        | Fact::ReaderAnswered { .. }
        | Fact::ReaderParked { .. }
        | Fact::ReaderDecided { .. }
        | Fact::ReaderReversing { .. }
        | Fact::ReaderReversed { .. }
        | Fact::ReaderKept { .. } => EntryAbout::Reader,
        Fact::PayeeApproved { .. }
        | Fact::PayeeTestShown { .. }
        | Fact::PayeeTested { .. }
        | Fact::PayeeRetired { .. }
        | Fact::QrShown { .. }
        | Fact::QrMoved { .. }
        | Fact::QrWrittenOff { .. } => EntryAbout::Transfer,
        Fact::CardSealed { .. }
        | Fact::CardSending { .. }
        | Fact::CardAnswered { .. }
        | Fact::CardNotTaken { .. }
        | Fact::CardUnanswered { .. }
        | Fact::CardApprovedInPart { .. }
        | Fact::CardReversing { .. }
        | Fact::CardReversed { .. }
        | Fact::CardVoiceApproved { .. }
        | Fact::CardAdvising { .. }
        | Fact::CardVoiding { .. }
        | Fact::CardVoided { .. }
        | Fact::CardVoidRefused { .. }
        | Fact::CardUndone { .. }
        | Fact::CardParked { .. }
        | Fact::CardSettled { .. }
        | Fact::ContactKept { .. }
        | Fact::CardUnparked { .. }
        | Fact::CardTriesEnded { .. }
        | Fact::CardReplaced { .. }
        | Fact::CardReplacedAgain { .. }
        | Fact::CardHandedOver { .. }
        | Fact::CardTakenBack { .. }
        | Fact::CardForwarded { .. }
        | Fact::HandoverTaken { .. }
        | Fact::TakenCardMoved { .. }
        | Fact::BatchOpened { .. }
        | Fact::BatchSending { .. }
        | Fact::BatchAnswered { .. }
        | Fact::BatchTriedAgain { .. }
        | Fact::CardWrittenOff { .. }
        | Fact::KeyImported { .. }
        | Fact::KeyConfirmed { .. }
        | Fact::KeyRetired { .. } => EntryAbout::Card,
        Fact::CashTaken { .. } | Fact::CashReturned { .. } => EntryAbout::Cash,
        Fact::StatementImported { .. }
        | Fact::LineMatched { .. }
        | Fact::PayoutMatched { .. }
        | Fact::LineExplained { .. }
        | Fact::CreditReturned { .. }
        | Fact::SuggestionRefused { .. }
        | Fact::LossUndone { .. }
        | Fact::DecisionUndone { .. } => EntryAbout::Statement,
    }
}
