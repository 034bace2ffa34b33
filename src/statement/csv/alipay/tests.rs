//! Both bills, and that their totals are believed no more than their rows.

use super::*;
use crate::domain::ids::IdSource;
use crate::statement::{Reading, Statement};

const TRADES: &str = include_str!("../../../../tests/samples/statements/alipay-trades.csv");
const ACCOUNT: &str = include_str!("../../../../tests/samples/statements/alipay-account.csv");

fn read_text(text: &str, despite_totals: bool) -> Result<Statement, StatementError> {
    let (bytes, _, _) = encoding_rs::GB18030.encode(text);
    Reading { despite_totals, ..Reading::default() }.read(&bytes, &mut IdSource::new(0, 0))
}

fn fault(text: &str) -> (usize, Fault) {
    match read_text(text, false) {
        Err(StatementError::Bad { line, fault }) => (line, fault),
        other => panic!("{other:?}"),
    }
}

#[test]
fn trades_and_account_are_read_in_their_own_encoding() {
    let trades = read_text(TRADES, false).unwrap();
    assert_eq!(trades.lines.iter().map(|line| line.amount.minor).collect::<Vec<_>>(), [4_890, 2_000, -890]);
    assert_eq!(
        trades.fees.iter().map(|fee| (fee.fee.minor, fee.net.minor)).collect::<Vec<_>>(),
        [(29, 4_861), (12, 1_988), (-5, -885)]
    );
    let first = &trades.lines[0];
    assert_eq!((first.reference.as_deref(), first.description.as_deref()), (Some("2300000011"), Some("茶")));
    let account = read_text(ACCOUNT, false).unwrap();
    assert_eq!(account.lines.iter().map(|line| line.amount.minor).collect::<Vec<_>>(), [4_890, -29, 2_000]);
    // Expenses are written with either sign.
    assert_eq!(read_text(&ACCOUNT.replace("-0.29", "0.29"), false).unwrap().lines[1].amount.minor, -29);
}

#[test]
fn totals_that_disagree_or_are_missing_are_refused() {
    for (text, from, to) in [
        (TRADES, "交易合计：2笔", "交易合计：3笔"),
        (TRADES, "商家实收共68.90", "商家实收共68.91"),
        (TRADES, "退款共-8.90", "退款共-8.91"),
        (ACCOUNT, "支出合计：1笔", "支出合计：0笔"),
        (ACCOUNT, "共68.90", "共68.9001"),
    ] {
        let text = text.replace(from, to);
        assert!(fault(&text).1.is_of_totals(), "{to}");
        assert_eq!(read_text(&text, true).unwrap().overruled.len(), 1);
    }
    let cut: String = TRADES.split_inclusive('\n').take(7).collect();
    assert!(matches!(fault(&cut), (7, Fault::Missing { .. })));
    for (bill, rows, unit) in [(TRADES, 8, "元，商家优惠退款共"), (ACCOUNT, 8, "元")] {
        let lines: Vec<&str> = bill.split_inclusive('\n').collect();
        // Both totals have to be there; when the file was made need not.
        for kept in rows..lines.len() - 1 {
            let (line, fault) = fault(&lines[..kept].concat());
            assert_eq!(line, kept);
            assert!(fault.to_string().contains("合计"), "{kept}: {fault}");
        }
        assert!(read_text(&lines[..lines.len() - 1].concat(), false).is_ok());
        let all = lines[..lines.len() - 1].concat();
        let torn = &all[..all.rfind(unit).unwrap()];
        assert!(fault(torn).1.to_string().contains("合计"), "a figure that is cut off is no total");
    }
    let both = ACCOUNT.replace("48.90\t,0.00", "48.90\t,1.00");
    assert_eq!(fault(&both), (5, Fault::CreditAndDebit("both filled")));
    assert!(matches!(
        fault(&TRADES.replace("茶\t,2026-11-22 10", "茶\t,x\t,2026-11-22 10")),
        (6, Fault::Fields { .. })
    ));
}
