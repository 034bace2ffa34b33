//! What the terminal is doing while a command runs (04 FF), as an enum.

/// What the terminal is doing, by PA00P015 13.13, table of intermediate status codes. Codes with the same meaning share
/// a variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Moment {
    /// It waits for the amount to be confirmed.
    AmountConfirmation,
    /// The customer is at the PIN pad.
    PinPad,
    /// Not accepted.
    NotAccepted,
    /// It waits for the host's answer.
    WaitingForHost,
    /// It undoes a transaction by itself.
    AutoReversal,
    /// It sends transactions it had stored.
    SendingStored,
    /// The card is not admitted.
    CardNotAdmitted,
    /// The card is unknown.
    CardUnknown,
    /// The card has expired.
    CardExpired,
    /// It waits for a card.
    InsertCard,
    /// The card is to be taken out.
    RemoveCard,
    /// The card cannot be read.
    CardNotReadable,
    /// Something went wrong with the card.
    ProcessingError,
    /// Please wait.
    Wait,
    /// It closes its day by itself.
    AutoEndOfDay,
    /// The card is invalid.
    CardInvalid,
    /// It shows a balance.
    BalanceDisplay,
    /// It has a fault.
    Malfunction,
    /// Payment is not possible.
    PaymentNotPossible,
    /// Not enough credit.
    CreditNotSufficient,
    /// Wrong PIN.
    WrongPin,
    /// Over the limit.
    LimitNotSufficient,
    /// Too many wrong PINs.
    PinTriesUsedUp,
    /// The card's data are wrong.
    CardDataWrong,
    /// A technician is at it.
    ServiceMode,
    /// Approved.
    Approved,
    /// Declined.
    Declined,
    /// It waits for a telephone number.
    TelephoneNumber,
    /// A currency, a language or an application is being chosen.
    Selection,
    /// The card has been put in.
    CardDetected,
    /// It waits for the mileage.
    Mileage,
    /// It waits for the cashier.
    WaitingForCashier,
    /// It diagnoses itself.
    AutoDiagnosis,
    /// It is set up anew by itself.
    AutoInitialisation,
    /// Its journal is full.
    JournalFull,
    /// A PIN is needed.
    PinRequired,
    /// It dials up, or has.
    DialUp,
    /// It wants to be cleaned.
    Cleaning,
    /// It is offline.
    Offline,
    /// It is online.
    Online,
    /// It stores this transaction to send it later.
    OfflineTransaction,
    /// None of the protocol's codes fits.
    Unlisted,
}

/// One intermediate status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Intermediate {
    /// What it is doing.
    pub moment: Moment,
    /// And the card is to be taken out.
    pub remove_card: bool,
}

/// The codes below 40; from 41 on they mean the same with "remove the card".
const CODES: [(u8, Moment); 37] = [
    (0x00, Moment::AmountConfirmation),
    (0x01, Moment::PinPad),
    (0x02, Moment::PinPad),
    (0x03, Moment::NotAccepted),
    (0x04, Moment::WaitingForHost),
    (0x05, Moment::AutoReversal),
    (0x06, Moment::SendingStored),
    (0x07, Moment::CardNotAdmitted),
    (0x08, Moment::CardUnknown),
    (0x09, Moment::CardExpired),
    (0x0a, Moment::InsertCard),
    (0x0b, Moment::RemoveCard),
    (0x0c, Moment::CardNotReadable),
    (0x0d, Moment::ProcessingError),
    (0x0e, Moment::Wait),
    (0x0f, Moment::AutoEndOfDay),
    (0x10, Moment::CardInvalid),
    (0x11, Moment::BalanceDisplay),
    (0x12, Moment::Malfunction),
    (0x13, Moment::PaymentNotPossible),
    (0x14, Moment::CreditNotSufficient),
    (0x15, Moment::WrongPin),
    (0x16, Moment::LimitNotSufficient),
    (0x17, Moment::Wait),
    (0x18, Moment::PinTriesUsedUp),
    (0x19, Moment::CardDataWrong),
    (0x1a, Moment::ServiceMode),
    (0x1b, Moment::Approved),
    (0x1c, Moment::Approved),
    (0x1d, Moment::Declined),
    (0x26, Moment::TelephoneNumber),
    (0x27, Moment::TelephoneNumber),
    (0x28, Moment::Selection),
    (0x29, Moment::Selection),
    (0x2a, Moment::InsertCard),
    (0x2b, Moment::Wait),
    (0x2c, Moment::Selection),
];

/// The codes from 68 on.
const HIGH_CODES: [(u8, Moment); 16] = [
    (0x68, Moment::CardDetected),
    (0x69, Moment::Selection),
    (0xc7, Moment::Mileage),
    (0xc8, Moment::WaitingForCashier),
    (0xc9, Moment::AutoDiagnosis),
    (0xca, Moment::AutoInitialisation),
    (0xcb, Moment::JournalFull),
    (0xcc, Moment::PinRequired),
    (0xd2, Moment::DialUp),
    (0xd3, Moment::DialUp),
    (0xe0, Moment::Selection),
    (0xe1, Moment::Selection),
    (0xe2, Moment::Cleaning),
    (0xf1, Moment::Offline),
    (0xf2, Moment::Online),
    (0xf3, Moment::OfflineTransaction),
];

impl Intermediate {
    /// What a code means; [`Moment::Unlisted`] for FF and for codes the protocol does not have.
    #[must_use]
    pub fn of(code: u8) -> Self {
        let remove_card = (0x41..=0x67).contains(&code);
        let low = if remove_card { code - 0x40 } else { code };
        let found = CODES.iter().chain(&HIGH_CODES).find(|(known, _)| *known == low);
        Self { moment: found.map_or(Moment::Unlisted, |(_, moment)| *moment), remove_card }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_mean_a_moment_and_whether_to_remove_the_card() {
        for (code, moment, remove_card) in [
            (0x0a, Moment::InsertCard, false),
            (0x44, Moment::WaitingForHost, true),
            (0x66, Moment::TelephoneNumber, true),
            (0x68, Moment::CardDetected, false),
            (0xf3, Moment::OfflineTransaction, false),
            (0xff, Moment::Unlisted, false),
            (0x30, Moment::Unlisted, false),
        ] {
            assert_eq!(Intermediate::of(code), Intermediate { moment, remove_card }, "{code:02X}");
        }
    }
}
