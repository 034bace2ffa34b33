//! What a fact is about: its payment, its amount and its kind.

use crate::domain::fact::Fact;
use crate::domain::ids::PaymentId;
use crate::domain::money::Money;

impl Fact {
    /// The payment it is about, when it is about one.
    #[must_use]
    #[allow(clippy::too_many_lines, reason = "one arm for each kind of fact")]
    pub fn payment(&self) -> Option<PaymentId> {
        match self {
            Self::ReaderAsked { payment, .. }
            | Self::ReaderUnanswered { payment, .. }
            | Self::ReaderAnswered { payment, .. }
            | Self::ReaderParked { payment, .. }
            | Self::ReaderDecided { payment, .. }
            | Self::ReaderReversing { payment }
            | Self::ReaderReversed { payment }
            | Self::ReaderKept { payment }
            | Self::QrShown { payment, .. }
            | Self::QrMoved { payment, .. }
            | Self::QrWrittenOff { payment, .. }
            | Self::CardSealed { payment, .. }
            | Self::ContactKept { payment, .. }
            | Self::CardSending { payment, .. }
            | Self::CardAnswered { payment, .. }
            | Self::CardNotTaken { payment, .. }
            | Self::CardUnanswered { payment }
            | Self::CardApprovedInPart { payment, .. }
            | Self::CardReversing { payment, .. }
            | Self::CardReversed { payment, .. }
            | Self::CardVoiceApproved { payment, .. }
            | Self::CardAdvising { payment, .. }
            | Self::CardVoiding { payment, .. }
            | Self::CardVoided { payment }
            | Self::CardVoidRefused { payment, .. }
            | Self::CardUndone { payment }
            | Self::CardParked { payment, .. }
            | Self::CardSettled { payment, .. }
            | Self::CardUnparked { payment, .. }
            | Self::CardTriesEnded { payment }
            | Self::CardReplaced { payment, .. }
            | Self::CardWrittenOff { payment, .. }
            | Self::CardReplacedAgain { payment, .. }
            | Self::CardHandedOver { payment, .. }
            | Self::CardTakenBack { payment, .. }
            | Self::CardForwarded { payment, .. }
            | Self::CashTaken { payment, .. }
            | Self::CashReturned { payment, .. }
            | Self::LossUndone { payment, .. }
            | Self::LineMatched { payment, .. } => Some(*payment),
            // The payments of another till are none of this one's.
            Self::HandoverTaken { .. }
            | Self::TakenCardMoved { .. }
            | Self::BatchOpened { .. }
            | Self::BatchSending { .. }
            | Self::BatchAnswered { .. }
            | Self::BatchTriedAgain { .. }
            | Self::SignedIn { .. }
            | Self::SignedOut { .. }
            | Self::PinRefused { .. }
            | Self::ManagerApproved { .. }
            | Self::DayOpened { .. }
            | Self::DrawerOpened { .. }
            | Self::DrawerChosen { .. }
            | Self::DrawerCounted { .. }
            | Self::DrawerExplained { .. }
            | Self::DrawerKicked {}
            | Self::ItemCarried { .. }
            | Self::DrawerMoved { .. }
            | Self::DrawerRefused { .. }
            | Self::DrawerHandedOver { .. }
            | Self::DayClosed { .. }
            | Self::OutageBegan { .. }
            | Self::OutageChanged { .. }
            | Self::OutageEnded { .. }
            | Self::ServiceCase { .. }
            | Self::UpkeepDone { .. }
            | Self::DeviceAttached { .. }
            | Self::DeviceHanded { .. }
            | Self::ReaderSwitched { .. }
            | Self::PayeeApproved { .. }
            | Self::PayeeTestShown { .. }
            | Self::PayeeTested { .. }
            | Self::PayeeRetired { .. }
            | Self::SaleBegan { .. }
            | Self::SaleDone { .. }
            | Self::SaleAbandoned { .. }
            | Self::KeyImported { .. }
            | Self::KeyConfirmed { .. }
            | Self::KeyRetired { .. }
            | Self::GivenBack { .. }
            | Self::Refunded { .. }
            | Self::RefundSent { .. }
            | Self::SaleRecalled { .. }
            | Self::ReceiptQueued { .. }
            | Self::ReceiptMoved { .. }
            | Self::StatementImported { .. }
            | Self::PayoutMatched { .. }
            | Self::LineExplained { .. }
            | Self::CreditReturned { .. }
            | Self::SuggestionRefused { .. }
            | Self::DecisionUndone { .. } => None,
        }
    }

    /// The amount it names itself, where it names one. Facts about a payment that began earlier have theirs in the ledger.
    #[must_use]
    #[allow(clippy::too_many_lines, reason = "one arm for each kind of fact")]
    pub fn amount(&self) -> Option<Money> {
        match self {
            Self::SaleBegan { amount, .. }
            | Self::ReaderAsked { amount, .. }
            | Self::PayeeTestShown { amount, .. }
            | Self::QrShown { amount, .. }
            | Self::CardSealed { amount, .. }
            | Self::GivenBack { amount, .. }
            | Self::Refunded { amount, .. }
            | Self::DrawerMoved { amount, .. }
            | Self::DrawerRefused { amount, .. }
            | Self::CreditReturned { amount, .. }
            | Self::CashTaken { amount, .. } => Some(*amount),
            Self::CardApprovedInPart { part, .. } => Some(*part),
            Self::ManagerApproved { act, .. } => act.amount(),
            Self::SignedIn { .. }
            | Self::SignedOut { .. }
            | Self::PinRefused { .. }
            | Self::DayOpened { .. }
            | Self::DrawerOpened { .. }
            | Self::DrawerChosen { .. }
            | Self::DrawerCounted { .. }
            | Self::DrawerExplained { .. }
            | Self::DrawerKicked {}
            | Self::ItemCarried { .. }
            | Self::DrawerHandedOver { .. }
            | Self::DayClosed { .. }
            | Self::OutageBegan { .. }
            | Self::OutageChanged { .. }
            | Self::OutageEnded { .. }
            | Self::ServiceCase { .. }
            | Self::UpkeepDone { .. }
            | Self::DeviceAttached { .. }
            | Self::DeviceHanded { .. }
            | Self::ReaderSwitched { .. }
            | Self::SaleDone { .. }
            | Self::SaleAbandoned { .. }
            | Self::ReaderUnanswered { .. }
            | Self::ReaderAnswered { .. }
            | Self::ReaderParked { .. }
            | Self::ReaderDecided { .. }
            | Self::ReaderReversing { .. }
            | Self::ReaderReversed { .. }
            | Self::ReaderKept { .. }
            | Self::PayeeApproved { .. }
            | Self::PayeeTested { .. }
            | Self::PayeeRetired { .. }
            | Self::QrMoved { .. }
            | Self::ContactKept { .. }
            | Self::CardSending { .. }
            | Self::CardAnswered { .. }
            | Self::CardNotTaken { .. }
            | Self::CardUnanswered { .. }
            | Self::CardReversing { .. }
            | Self::CardReversed { .. }
            | Self::CardVoiceApproved { .. }
            | Self::CardAdvising { .. }
            | Self::CardVoiding { .. }
            | Self::CardVoided { .. }
            | Self::CardVoidRefused { .. }
            | Self::CardUndone { .. }
            | Self::CardParked { .. }
            | Self::CardSettled { .. }
            | Self::CardUnparked { .. }
            | Self::CardTriesEnded { .. }
            | Self::CardReplaced { .. }
            | Self::CardWrittenOff { .. }
            | Self::CardReplacedAgain { .. }
            | Self::CardHandedOver { .. }
            | Self::CardTakenBack { .. }
            | Self::CardForwarded { .. }
            | Self::HandoverTaken { .. }
            | Self::TakenCardMoved { .. }
            | Self::BatchOpened { .. }
            | Self::BatchSending { .. }
            | Self::BatchAnswered { .. }
            | Self::BatchTriedAgain { .. }
            | Self::KeyImported { .. }
            | Self::KeyConfirmed { .. }
            | Self::KeyRetired { .. }
            | Self::CashReturned { .. }
            | Self::RefundSent { .. }
            | Self::SaleRecalled { .. }
            | Self::ReceiptQueued { .. }
            | Self::ReceiptMoved { .. }
            | Self::StatementImported { .. }
            | Self::LineMatched { .. }
            | Self::PayoutMatched { .. }
            | Self::LineExplained { .. }
            | Self::DecisionUndone { .. }
            | Self::SuggestionRefused { .. }
            | Self::LossUndone { .. }
            | Self::QrWrittenOff { .. } => None,
        }
    }

    /// The kind as the journal's column has it: the same word as in the JSON body.
    #[must_use]
    #[allow(clippy::too_many_lines, reason = "one arm for each kind of fact")]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::SignedIn { .. } => "signed_in",
            Self::SignedOut { .. } => "signed_out",
            Self::PinRefused { .. } => "pin_refused",
            Self::ManagerApproved { .. } => "manager_approved",
            Self::DayOpened { .. } => "day_opened",
            Self::DrawerOpened { .. } => "drawer_opened",
            Self::DrawerChosen { .. } => "drawer_chosen",
            Self::DrawerCounted { .. } => "drawer_counted",
            Self::DrawerExplained { .. } => "drawer_explained",
            Self::DrawerKicked {} => "drawer_kicked",
            Self::ItemCarried { .. } => "item_carried",
            Self::DrawerMoved { .. } => "drawer_moved",
            Self::DrawerRefused { .. } => "drawer_refused",
            Self::DrawerHandedOver { .. } => "drawer_handed_over",
            Self::DayClosed { .. } => "day_closed",
            Self::OutageBegan { .. } => "outage_began",
            Self::OutageChanged { .. } => "outage_changed",
            Self::OutageEnded { .. } => "outage_ended",
            Self::ServiceCase { .. } => "service_case",
            Self::UpkeepDone { .. } => "upkeep_done",
            Self::DeviceAttached { .. } => "device_attached",
            Self::DeviceHanded { .. } => "device_handed",
            Self::ReaderSwitched { .. } => "reader_switched",
            Self::SaleBegan { .. } => "sale_began",
            Self::SaleDone { .. } => "sale_done",
            Self::SaleAbandoned { .. } => "sale_abandoned",
            Self::ReaderAsked { .. } => "reader_asked",
            Self::ReaderUnanswered { .. } => "reader_unanswered",
            Self::ReaderAnswered { .. } => "reader_answered",
            Self::ReaderParked { .. } => "reader_parked",
            Self::ReaderDecided { .. } => "reader_decided",
            Self::ReaderReversing { .. } => "reader_reversing",
            Self::ReaderReversed { .. } => "reader_reversed",
            Self::ReaderKept { .. } => "reader_kept",
            Self::KeyImported { .. } => "key_imported",
            Self::KeyConfirmed { .. } => "key_confirmed",
            Self::KeyRetired { .. } => "key_retired",
            Self::GivenBack { .. } => "given_back",
            Self::PayeeApproved { .. } => "payee_approved",
            Self::PayeeTestShown { .. } => "payee_test_shown",
            Self::PayeeTested { .. } => "payee_tested",
            Self::PayeeRetired { .. } => "payee_retired",
            Self::QrShown { .. } => "qr_shown",
            Self::QrMoved { .. } => "qr_moved",
            Self::CardSealed { .. } => "card_sealed",
            Self::ContactKept { .. } => "contact_kept",
            Self::CardSending { .. } => "card_sending",
            Self::CardAnswered { .. } => "card_answered",
            Self::CardNotTaken { .. } => "card_not_taken",
            Self::CardUnanswered { .. } => "card_unanswered",
            Self::CardApprovedInPart { .. } => "card_approved_in_part",
            Self::CardReversing { .. } => "card_reversing",
            Self::CardReversed { .. } => "card_reversed",
            Self::CardVoiceApproved { .. } => "card_voice_approved",
            Self::CardAdvising { .. } => "card_advising",
            Self::CardVoiding { .. } => "card_voiding",
            Self::CardVoided { .. } => "card_voided",
            Self::CardVoidRefused { .. } => "card_void_refused",
            Self::CardUndone { .. } => "card_undone",
            Self::CardParked { .. } => "card_parked",
            Self::CardSettled { .. } => "card_settled",
            Self::CardUnparked { .. } => "card_unparked",
            Self::CardTriesEnded { .. } => "card_tries_ended",
            Self::CardReplaced { .. } => "card_replaced",
            Self::CardWrittenOff { .. } => "card_written_off",
            Self::CardReplacedAgain { .. } => "card_replaced_again",
            Self::CardHandedOver { .. } => "card_handed_over",
            Self::CardTakenBack { .. } => "card_taken_back",
            Self::CardForwarded { .. } => "card_forwarded",
            Self::HandoverTaken { .. } => "handover_taken",
            Self::TakenCardMoved { .. } => "taken_card_moved",
            Self::BatchOpened { .. } => "batch_opened",
            Self::BatchSending { .. } => "batch_sending",
            Self::BatchAnswered { .. } => "batch_answered",
            Self::BatchTriedAgain { .. } => "batch_tried_again",
            Self::CashTaken { .. } => "cash_taken",
            Self::CashReturned { .. } => "cash_returned",
            Self::Refunded { .. } => "refunded",
            Self::RefundSent { .. } => "refund_sent",
            Self::SaleRecalled { .. } => "sale_recalled",
            Self::ReceiptQueued { .. } => "receipt_queued",
            Self::ReceiptMoved { .. } => "receipt_moved",
            Self::StatementImported { .. } => "statement_imported",
            Self::LineMatched { .. } => "line_matched",
            Self::PayoutMatched { .. } => "payout_matched",
            Self::LineExplained { .. } => "line_explained",
            Self::CreditReturned { .. } => "credit_returned",
            Self::DecisionUndone { .. } => "decision_undone",
            Self::SuggestionRefused { .. } => "suggestion_refused",
            Self::LossUndone { .. } => "loss_undone",
            Self::QrWrittenOff { .. } => "qr_written_off",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fact::ManagedAct;

    #[test]
    fn a_journal_from_before_the_limits_had_names_is_read() {
        let old = r#"{"fact":"manager_approved","manager":"manager-1","act":{"act":"stored_card_above_limit",
            "sale":"00000000-0000-0000-0000-000000000000","amount":{"minor":20000,"currency":"EUR"}},
            "reason":"regular_customer"}"#;
        let fact: Fact = serde_json::from_str(old).unwrap();
        let Fact::ManagerApproved { act: ManagedAct::StoredCardAboveLimit { limit, .. }, .. } = fact else {
            panic!("{fact:?}")
        };
        assert_eq!(limit, None);
    }
}
