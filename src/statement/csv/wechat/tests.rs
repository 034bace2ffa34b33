//! The bill's layouts, and that its summary is believed no more than its rows.

use super::*;
use crate::domain::ids::IdSource;
use crate::statement::{Reading, Statement};

const ALL: &str = include_str!("../../../../tests/samples/statements/wechat-all.csv");

fn read_text(text: &str, despite_totals: bool) -> Result<Statement, StatementError> {
    Reading { despite_totals, ..Reading::default() }.read(text.as_bytes(), &mut IdSource::new(0, 0))
}

fn fault(text: &str) -> (usize, Fault) {
    match read_text(text, false) {
        Err(StatementError::Bad { line, fault }) => (line, fault),
        other => panic!("{other:?}"),
    }
}

#[test]
fn sales_are_credits_and_refunds_are_debits() {
    let read = read_text(ALL, false).unwrap();
    assert_eq!(read.lines.iter().map(|line| line.amount.minor).collect::<Vec<_>>(), [4_890, 2_000, -890]);
    assert_eq!(read.fees.iter().map(|fee| fee.net.minor).collect::<Vec<_>>(), [4_861, 1_988, -885]);
    let [first, _, refund] = &read.lines[..] else { panic!() };
    // A comma in the name of what was sold splits nothing.
    assert_eq!((first.reference.as_deref(), first.description.as_deref()), (Some("2300000011"), Some("茶, 绿")));
    assert_eq!(refund.bank_reference.as_deref(), Some("5030000001"));
    assert_eq!(read.parts[0].account.as_deref(), Some("1900000109"));
    assert!(read_text(&ALL.replace("REFUND", "REVOKED"), false).unwrap().lines[2].reversal);
}

#[test]
fn the_other_layouts_are_read_by_their_names() {
    let success = "交易时间,公众账号ID,商户号,微信订单号,商户订单号,交易状态,货币种类,应结订单金额,手续费,订单金额\n\
        `2026-11-22 10:00:00,`wx,`19,`42,`2300000011,`SUCCESS,`CNY,`48.90,`0.29000,`48.90\n\
        总交易单数,应结订单总金额,手续费总金额,订单总金额\n`1,`48.90,`0.29000,`48.90\n";
    assert_eq!(read_text(success, false).unwrap().lines[0].amount.minor, 4_890);
    let refund = "交易时间,商户号,微信订单号,商户订单号,交易状态,货币种类,退款申请时间,退款成功时间,微信退款单号,退款金额,手续费\n\
        `2026-11-20 10:00:00,`19,`42,`2300000011,`REFUND,`CNY,`2026-11-22 10:00:00,`2026-11-23 10:00:00,`50,`8.90,`-0.05\n\
        总交易单数,退款总金额,手续费总金额\n`1,`8.90,`-0.05\n";
    let read = read_text(refund, false).unwrap();
    assert_eq!((read.lines[0].amount.minor, read.lines[0].booked_on.to_string()), (-890, "2026-11-23".into()));
    // Before 2018: 总金额, and fees with five decimals that need not be whole fen.
    let older = "交易时间,公众账号ID,商户号,微信订单号,商户订单号,交易状态,货币种类,总金额,微信退款单号,退款金额,手续费\n\
        `2016-11-22 10:00:00,`wx,`19,`42,`A-1,`SUCCESS,`CNY,`0.90,`0,`0.00,`0.00540\n\
        总交易单数,总交易额,总退款金额,手续费总金额\n`1,`0.90,`0.00,`0.00540\n";
    let read = read_text(older, false).unwrap();
    assert_eq!((read.lines[0].amount.minor, read.fees.len()), (90, 0));
}

#[test]
fn a_summary_that_disagrees_or_is_missing_is_refused() {
    for (from, to) in [("`3,`68.90", "`4,`68.90"), ("`3,`68.90", "`3,`68.91"), ("`0.36,", "`0.37,")] {
        let text = ALL.replace(from, to);
        let (line, found) = fault(&text);
        assert_eq!((line, found.is_of_totals()), (6, true), "{to}");
        assert_eq!(read_text(&text, true).unwrap().overruled.len(), 1);
    }
    let cut: String = ALL.split_inclusive('\n').take(4).collect();
    assert!(matches!(fault(&cut), (4, Fault::Missing { .. })));
    assert!(matches!(fault(&format!("{ALL}`1,`2\r\n")), (7, Fault::Misplaced { .. })));
    assert!(matches!(fault(&ALL.replace("`SUCCESS,`,", "`PAID,`,")).1, Fault::Code { .. }));
    assert!(matches!(fault(&ALL.replace("`0.60%", "`0.60%,`")).1, Fault::Fields { .. }));
}

#[test]
fn a_refund_that_was_refused_or_is_not_done_is_no_money() {
    let refund = |state: &str| {
        format!(
            "交易时间,商户号,微信订单号,商户订单号,交易状态,货币种类,微信退款单号,退款金额,退款状态,手续费\n\
             `2026-11-20 10:00:00,`19,`42,`2300000011,`REFUND,`CNY,`50,`8.90,`{state},`-0.05\n\
             总交易单数,退款总金额,手续费总金额\n`1,`8.90,`-0.05\n"
        )
    };
    for (state, lines) in [("SUCCESS", 1), ("", 1), ("FAIL", 0), ("PROCESSING", 0), ("CHANGE", 0)] {
        // The summary counts it all the same.
        let read = read_text(&refund(state), false).unwrap();
        assert_eq!((read.lines.len(), read.fees.len(), read.left_out), (lines, lines, 1 - lines), "{state}");
    }
    assert!(matches!(fault(&refund("MAYBE")).1, Fault::Code { what: "退款状态", .. }));
}
