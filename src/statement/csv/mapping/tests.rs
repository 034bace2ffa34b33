//! Mapping files: every key, and what is refused.

use super::*;

const EVERY_KEY: &str = r#"
encoding = "windows-1252"
delimiter = ";"
header_row = 4
stop_at = "Total"
date_format = "%d.%m.%Y"
decimal = ","
thousands = "."
date_column = "Date"
value_date_column = "Value"
amount_column = "Amount"
sign_column = "Sign"
credit_values = ["C", "\"H\""]
debit_values = ["D"]
currency_column = "Currency"
reference_column = "Reference"
end_to_end_column = "E2E"
description_column = "Text"
counterparty_name_column = "Name"
counterparty_account_column = 7
bank_reference_column = "Id"
fee_column = "Fee"
net_column = "Net"

[status]
column = "Status"
counts = ["Completed", "已完成"]
"#;

#[test]
fn every_key_is_read_and_written_back() {
    let mapping = Mapping::parse(EVERY_KEY).unwrap();
    assert_eq!(Mapping::parse(&mapping.to_toml()).unwrap(), mapping);
    let split = EVERY_KEY
        .replace("amount_column = \"Amount\"\nsign_column = \"Sign\"", "credit_column = \"In\"\ndebit_column = \"Out\"")
        .replace("currency_column = \"Currency\"", "currency = \"CHF\"");
    let split = Mapping::parse(&split).unwrap();
    assert_eq!(Mapping::parse(&split.to_toml()).unwrap(), split);
    let least = Mapping::parse("date_column = 'd'\namount_column = 'a'").unwrap();
    assert_eq!(Mapping::parse(&least.to_toml()).unwrap(), least);
}

#[test]
fn what_means_nothing_or_two_things_is_refused() {
    for (from, to, says) in [
        ("windows-1252", "klingon", "encoding is “klingon”"),
        ("\";\"", "\";;\"", "delimiter is “;;”"),
        ("%d.%m.%Y", "DD.MM", "date_format is “DD.MM”"),
        ("%d.%m.%Y", "%Q", "date_format is “%Q”"),
        ("decimal = \",\"", "decimal = \"x\"", "decimal is “x”"),
        ("thousands = \".\"", "thousands = \",\"", "the same"),
        ("thousands = \".\"", "thousands = \"_\"", "thousands is “_”"),
        ("date_column = \"Date\"\nvalue", "value", "date_column is missing"),
        ("amount_column = \"Amount\"", "", "amount_column is missing"),
        ("amount_column", "credit_column", "together"),
        ("fee_column", "fee", "unknown field"),
        ("currency_column", "currency", "currency is “Currency”"),
        ("currency_column", "currency = 'EUR'\ncurrency_column", "exclude each other"),
        ("header_row = 4", "header_row = -1", "cannot be read"),
        ("encoding =", "encoding", "cannot be read"),
        ("counts = [\"Completed\", \"已完成\"]", "", "cannot be read"),
        ("[\"Completed\", \"已完成\"]", "[]", "no row would count"),
        ("counts =", "count =", "cannot be read"),
    ] {
        let error = Mapping::parse(&EVERY_KEY.replace(from, to)).unwrap_err().to_string();
        assert!(error.contains(says) && !error.contains('\n'), "{error}");
    }
    assert!(matches!(Mapping::parse(&" ".repeat(MAPPING_BYTES_MAX + 1)), Err(MappingError::TooLarge(_))));
}
