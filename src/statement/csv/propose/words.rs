//! What banks and providers call their columns, in English, German, French, Spanish, Portuguese, Italian, Dutch and
//! Chinese; in lower case, and without what stands in brackets behind it.

/// What a column is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is named after the key of the mapping")]
pub enum Role {
    Date,
    ValueDate,
    Amount,
    Credit,
    Debit,
    Sign,
    Currency,
    Reference,
    EndToEnd,
    Description,
    CounterpartyName,
    CounterpartyAccount,
    BankReference,
    Fee,
    Net,
}

/// The words for each; a column is taken for the first role that has its name, a longer word before a shorter one.
pub const WORDS: [(Role, &[&str]); 15] = [
    (
        Role::Date,
        &[
            "booked_on", "booking date", "posting date", "transaction date", "completed date", "date", "buchungstag",
            "buchungsdatum", "buchung", "datum", "date de comptabilisation", "date comptable", "date opération",
            "date operation", "date d'opération", "fecha", "fecha operación", "fecha operacion", "fecha de operación",
            "fecha contable", "data", "data lançamento", "data do lançamento", "data mov.", "data contabile",
            "data operazione", "boekdatum", "boekingsdatum", "transactiedatum", "交易时间", "交易日期", "记账日期",
            "入账时间", "日期",
        ],
    ),
    (
        Role::ValueDate,
        &[
            "value date", "valued_on", "valuta", "valutadatum", "wertstellung", "wertstellungstag", "date de valeur",
            "date valeur", "fecha valor", "fecha de valor", "data valor", "data-valor", "data valuta", "rentedatum",
            "起息日", "起息日期",
        ],
    ),
    (
        Role::Sign,
        &[
            "debit/credit", "credit/debit", "dr/cr", "cr/dr", "d/c", "c/d", "soll/haben", "s/h", "sens", "debe/haber",
            "d/h", "débito/crédito", "segno", "dare/avere", "af bij", "af/bij", "借贷标志", "收/支",
        ],
    ),
    (
        Role::Amount,
        &[
            "amount", "gross", "gross amount", "transaction amount", "betrag", "umsatz", "umsatzbetrag", "brutto",
            "montant", "importe", "cantidad", "monto", "valor", "valor (r$)", "montante", "importo", "bedrag",
            "金额", "交易金额", "发生额",
        ],
    ),
    (
        Role::Credit,
        &[
            "credit", "credit amount", "paid in", "money in", "deposit", "deposits", "haben", "gutschrift", "crédit",
            "haber", "abono", "ingreso", "crédito", "credito", "avere", "accrediti", "entrate", "bij", "收入",
            "收入金额", "贷方", "贷方发生额",
        ],
    ),
    (
        Role::Debit,
        &[
            "debit", "debit amount", "paid out", "money out", "withdrawal", "withdrawals", "soll", "lastschrift",
            "belastung", "débit", "debe", "cargo", "gasto", "débito", "debito", "dare", "addebiti", "uscite", "af",
            "支出", "支出金额", "借方", "借方发生额",
        ],
    ),
    (
        Role::Currency,
        &[
            "currency", "währung", "waehrung", "devise", "moneda", "divisa", "moeda", "valuta", "munt", "muntsoort",
            "币种", "货币",
        ],
    ),
    (
        Role::Reference,
        &[
            "reference", "payment reference", "referenz", "kundenreferenz", "référence", "referencia", "referência",
            "riferimento", "kenmerk", "betalingskenmerk", "商户订单号", "参考号", "附言编号", "order number",
            "merchant reference",
        ],
    ),
    (
        Role::EndToEnd,
        &["end-to-end id", "end to end id", "endtoendid", "end-to-end-referenz", "e2e", "kundenreferenz (end-to-end)"],
    ),
    (
        Role::Description,
        &[
            "description", "details", "memo", "narrative", "verwendungszweck", "buchungstext", "beschreibung",
            "libellé", "libelle", "motif", "concepto", "descripción", "descripcion", "descrição", "descricao",
            "histórico", "historico", "descrizione", "causale", "omschrijving", "mededelingen", "摘要", "备注",
            "附言", "商品名称",
        ],
    ),
    (
        Role::CounterpartyName,
        &[
            "counterparty", "name", "payer", "payee", "beneficiary / payer", "auftraggeber", "empfänger",
            "beguenstigter/zahlungspflichtiger", "begünstigter/zahlungspflichtiger", "name zahlungsbeteiligter",
            "bénéficiaire", "contrepartie", "ordenante", "beneficiario", "contraparte", "nome", "controparte",
            "naam tegenpartij", "tegenpartij", "naam", "对方户名", "对方名称", "交易对方",
        ],
    ),
    (
        Role::CounterpartyAccount,
        &[
            "counterparty account", "account number", "iban", "kontonummer", "kontonummer/iban", "iban des auftraggebers",
            "iban zahlungsbeteiligter", "compte", "cuenta", "conta", "conto", "tegenrekening", "对方账号", "对方账户",
        ],
    ),
    (
        Role::BankReference,
        &[
            "transaction id", "bank reference", "id", "fitid", "bankreferenz", "transaktions-id", "identifiant",
            "nº documento", "documento", "numero operazione", "volgnr", "交易流水号", "流水号", "交易号",
        ],
    ),
    (Role::Fee, &["fee", "fees", "gebühr", "gebuehr", "entgelt", "frais", "comisión", "comision", "taxa", "tarifa", "commissione", "kosten", "手续费", "服务费"]),
    (Role::Net, &["net", "net amount", "netto", "nettobetrag", "net montant", "montant net", "neto", "importe neto", "líquido", "valor líquido", "netto importo", "importo netto", "nettobedrag", "净额", "结算金额"]),
];
