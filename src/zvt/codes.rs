//! Result codes and terminal status codes, sorted by what they mean for the shop.

/// What a code means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cause {
    /// It worked.
    Success,
    /// The network operator or the issuing bank refused, or the amount is outside what it allows.
    Bank,
    /// This card cannot be used; another may.
    Card,
    /// Cancelled by a key, or nobody did anything in time.
    Cancelled,
    /// The terminal cannot reach its host.
    HostUnreachable,
    /// The card reader or its mechanism is broken.
    CardReader,
    /// The PIN pad is broken.
    PinPad,
    /// Another part is broken: power, printer, a device that is needed.
    Device,
    /// It is doing something else.
    Busy,
    /// It is being maintained from afar.
    Maintenance,
    /// It does not know this till: it wants to be registered with first.
    NotRegistered,
    /// Its software or its set-up: keys, memory, profiles, a function it does not have.
    Setup,
    /// It did not understand the message.
    Protocol,
    /// What is to be reversed has been reversed.
    AlreadyReversed,
    /// What is to be reversed cannot be.
    NotReversible,
}

/// The codes above 63 (PA00P015 13.13, chapter 10, "Error-Messages"), ascending.
const RESULT_CODES: [(u8, Cause); 79] = [
    (0x64, Cause::Card),            // card not readable
    (0x65, Cause::Card),            // no card data
    (0x66, Cause::Card),            // processing error, also of the mechanism
    (0x67, Cause::Card),            // not for debit cards
    (0x68, Cause::Card),            // not for credit and fuel cards
    (0x6a, Cause::Setup),           // turnover file full
    (0x6b, Cause::NotRegistered),   // not registered
    (0x6c, Cause::Cancelled),       // key or time-out
    (0x6e, Cause::Card),            // in the blocked list
    (0x6f, Cause::Setup),           // wrong currency
    (0x71, Cause::Card),            // not enough credit on the chip
    (0x72, Cause::Card),            // chip error
    (0x73, Cause::Card),            // card data wrong
    (0x74, Cause::Setup),           // DUKPT engine exhausted
    (0x75, Cause::Setup),           // text not authentic
    (0x76, Cause::Card),            // number not in the white list
    (0x77, Cause::Setup),           // end of day not possible
    (0x78, Cause::Card),            // expired
    (0x79, Cause::Card),            // not yet valid
    (0x7a, Cause::Card),            // unknown
    (0x7b, Cause::Card),            // no stripe instead of the chip (girocard)
    (0x7c, Cause::Card),            // no stripe instead of the chip
    (0x7d, Cause::HostUnreachable), // communication module missing
    (0x7e, Cause::Card),            // no stripe instead of the chip, debit advice possible
    (0x83, Cause::Setup),           // function not possible
    (0x85, Cause::Setup),           // key missing
    (0x89, Cause::PinPad),          // PIN pad defective
    (0x9a, Cause::Protocol),        // protocol error
    (0x9b, Cause::HostUnreachable), // dial-up or communication
    (0x9c, Cause::Busy),            // please wait
    (0xa0, Cause::HostUnreachable), // receiver not ready
    (0xa1, Cause::HostUnreachable), // remote station silent
    (0xa3, Cause::HostUnreachable), // no connection
    (0xa4, Cause::Setup),           // GeldKarte submission not possible
    (0xa5, Cause::Setup),           // not allowed by PCI rules
    (0xb1, Cause::Setup),           // memory full
    (0xb2, Cause::Setup),           // journal full
    (0xb4, Cause::AlreadyReversed), // already reversed
    (0xb5, Cause::NotReversible),   // reversal not possible
    (0xb7, Cause::Setup),           // pre-authorisation wrong
    (0xb8, Cause::Setup),           // pre-authorisation error
    (0xbf, Cause::Device),          // voltage too low
    (0xc0, Cause::CardReader),      // locking mechanism
    (0xc1, Cause::Setup),           // merchant card locked
    (0xc2, Cause::Setup),           // diagnosis required
    (0xc3, Cause::Bank),            // amount too high
    (0xc4, Cause::Setup),           // card profile invalid
    (0xc5, Cause::Card),            // payment method not supported
    (0xc6, Cause::Setup),           // currency not applicable
    (0xc8, Cause::Bank),            // amount too small
    (0xc9, Cause::Bank),            // amount over the terminal's maximum
    (0xcb, Cause::Setup),           // only in euro
    (0xcc, Cause::Device),          // printer not ready
    (0xcd, Cause::Setup),           // no cashback
    (0xd2, Cause::Card),            // not for service cards
    (0xdc, Cause::Busy),            // card inserted
    (0xdd, Cause::CardReader),      // card eject
    (0xde, Cause::CardReader),      // card insertion
    (0xe0, Cause::Maintenance),     // remote maintenance
    (0xe2, Cause::CardReader),      // card reader silent or defective
    (0xe3, Cause::CardReader),      // shutter closed
    (0xe4, Cause::Setup),           // activation required
    (0xe7, Cause::Setup),           // goods group missing
    (0xe8, Cause::Setup),           // no goods group table
    (0xe9, Cause::Setup),           // restriction code
    (0xea, Cause::Card),            // card code not permitted
    (0xeb, Cause::Setup),           // PIN algorithm unknown
    (0xec, Cause::PinPad),          // PIN processing not possible
    (0xed, Cause::PinPad),          // PIN pad defective
    (0xf0, Cause::Setup),           // open end of day
    (0xf1, Cause::Card),            // offline debit error
    (0xf5, Cause::Setup),           // OPT error
    (0xf6, Cause::Setup),           // OPT data missing
    (0xfa, Cause::HostUnreachable), // stored transactions could not be sent
    (0xfb, Cause::Setup),           // turnover record defective
    (0xfc, Cause::Device),          // needed device missing or defective
    (0xfd, Cause::Setup),           // baud rate
    (0xfe, Cause::Setup),           // register unknown
    (0xff, Cause::Setup),           // system error
];

/// Terminal status codes that are not result codes, or mean something else there (13.13, 2.55.1 and chapter 11).
const TERMINAL_CODES: [(u8, Cause); 5] = [
    (0x00, Cause::Success),
    (0x51, Cause::Setup),  // initialisation required
    (0x62, Cause::Setup),  // date or time wrong
    (0xdf, Cause::Device), // out of order
    (0xe1, Cause::Busy),   // card not completely removed
];

/// What a result code (BMP 27, or the first byte of an abort) means; `None` for a code the protocol does not have.
#[must_use]
pub fn cause(code: u8) -> Option<Cause> {
    match code {
        0x00 => Some(Cause::Success),
        0x01..=0x63 => Some(Cause::Bank),
        0x64.. => look_up(&RESULT_CODES, code),
    }
}

/// What a terminal status code (the answer to a Status-Enquiry) means.
#[must_use]
pub fn terminal_cause(code: u8) -> Option<Cause> {
    look_up(&TERMINAL_CODES, code).or_else(|| look_up(&RESULT_CODES, code))
}

fn look_up(table: &[(u8, Cause)], code: u8) -> Option<Cause> {
    table.iter().find(|(known, _)| *known == code).map(|(_, cause)| *cause)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_ascending() {
        assert!(RESULT_CODES.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(TERMINAL_CODES.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    #[test]
    fn one_code_of_each_kind() {
        for (code, expected) in [
            (0x00, Some(Cause::Success)),
            (0x01, Some(Cause::Bank)),
            (0x63, Some(Cause::Bank)),
            (0x64, Some(Cause::Card)),
            (0x6b, Some(Cause::NotRegistered)),
            (0x6c, Some(Cause::Cancelled)),
            (0x7d, Some(Cause::HostUnreachable)),
            (0x89, Some(Cause::PinPad)),
            (0x9c, Some(Cause::Busy)),
            (0xb4, Some(Cause::AlreadyReversed)),
            (0xe2, Some(Cause::CardReader)),
            (0xfc, Some(Cause::Device)),
            (0x69, None),
            (0x70, None),
        ] {
            assert_eq!(cause(code), expected, "{code:02X}");
        }
        assert_eq!(terminal_cause(0x51), Some(Cause::Setup));
        assert_eq!(terminal_cause(0xe2), Some(Cause::CardReader));
        assert_eq!(terminal_cause(0x01), None);
    }
}
