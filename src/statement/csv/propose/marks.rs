//! Words that say of a row which side of the account it is on, and whether it is money at all; in lower case.

/// Names of columns that say which side of the account a row is on, or that often do.
pub const SIGN: &[&str] = &[
    "debit/credit",
    "credit/debit",
    "dr/cr",
    "cr/dr",
    "d/c",
    "c/d",
    "soll/haben",
    "s/h",
    "sens",
    "debe/haber",
    "d/h",
    "débito/crédito",
    "segno",
    "dare/avere",
    "af bij",
    "af/bij",
    "借贷标志",
    "借贷方向",
    "借/贷",
    "收/支",
    "收支类型",
    "direction",
    "type",
    "transaction type",
    "typ",
    "tipo",
    "art",
    "soort",
];

/// Names of columns that say whether a row is money.
pub const STATUS: &[&str] = &[
    "status",
    "transaction status",
    "payment status",
    "state",
    "zustand",
    "statut",
    "état",
    "etat",
    "estado",
    "situação",
    "situacao",
    "stato",
    "交易状态",
    "支付状态",
    "订单状态",
    "状态",
];

/// Which words are credits and which debits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sides {
    pub credit: Vec<String>,
    pub debit: Vec<String>,
}

/// Credit and debit. Words that mean a kind of card or of payment as well (`Debit Card`, `Payment`) are none of them.
const PAIRS: &[(&str, &str)] = &[
    ("c", "d"),
    ("cr", "dr"),
    ("crdt", "dbit"),
    ("credit", "debit"),
    ("cr.", "dr."),
    ("h", "s"),
    ("h", "d"),
    ("haben", "soll"),
    ("gutschrift", "lastschrift"),
    ("gutschrift", "belastung"),
    ("eingang", "ausgang"),
    ("bij", "af"),
    ("+", "-"),
    ("avere", "dare"),
    ("entrata", "uscita"),
    ("haber", "debe"),
    ("abono", "cargo"),
    ("ingreso", "gasto"),
    ("crédito", "débito"),
    ("credito", "debito"),
    ("crédit", "débit"),
    ("entrada", "saída"),
    ("entrada", "salida"),
    ("in", "out"),
    ("incoming", "outgoing"),
    ("money in", "money out"),
    ("received", "sent"),
    ("收入", "支出"),
    ("收", "支"),
    ("贷", "借"),
    ("贷方", "借方"),
    ("入账", "出账"),
];
/// What an acquirer pays out and takes back. Only a file with sales is one of an acquirer.
const SALES: &[(&str, &str)] =
    &[("sale", "refund"), ("sale", "chargeback"), ("venta", "devolución"), ("vente", "remboursement")];

/// Words for a payment that is done; in English, German, French, Spanish, Portuguese, Italian, Dutch and Chinese.
const DONE: &[&str] = &[
    "completed",
    "complete",
    "success",
    "successful",
    "succeeded",
    "settled",
    "paid",
    "paid out",
    "booked",
    "posted",
    "captured",
    "cleared",
    "processed",
    "executed",
    "done",
    "ok",
    "final",
    "abgeschlossen",
    "ausgeführt",
    "erfolgreich",
    "gebucht",
    "bezahlt",
    "erledigt",
    "terminé",
    "effectué",
    "exécuté",
    "réussi",
    "payé",
    "comptabilisé",
    "completado",
    "completada",
    "pagado",
    "pagada",
    "liquidado",
    "liquidada",
    "contabilizado",
    "exitoso",
    "concluído",
    "concluída",
    "pago",
    "paga",
    "efetivado",
    "completato",
    "eseguito",
    "pagato",
    "contabilizzato",
    "voltooid",
    "betaald",
    "成功",
    "交易成功",
    "支付成功",
    "已完成",
    "已支付",
    "已入账",
];

impl Sides {
    /// The sides of the words of a column, if all of them are known. A side of which no word is there gets the words that
    /// belong to those of the other: the next file may have them.
    pub fn of(marks: &[String]) -> Option<Self> {
        let has = |word: &str| marks.iter().any(|mark| mark.to_lowercase() == word);
        let is_of_sales = SALES.iter().any(|(sale, _)| has(sale));
        let pairs: Vec<(&str, &str)> = PAIRS.iter().chain(SALES.iter().filter(|_| is_of_sales)).copied().collect();
        let of = |side: fn(&(&'static str, &'static str)) -> &'static str| {
            let words: Vec<&str> = pairs.iter().map(side).collect();
            marks.iter().filter(|mark| words.contains(&mark.to_lowercase().as_str())).cloned().collect::<Vec<_>>()
        };
        let (mut credit, mut debit) = (of(|pair| pair.0), of(|pair| pair.1));
        if marks.is_empty() || credit.len() + debit.len() != marks.len() {
            return None;
        }
        if debit.is_empty() {
            debit = pairs.iter().filter(|(word, _)| has(word)).map(|(_, other)| (*other).to_owned()).collect();
        } else if credit.is_empty() {
            credit = pairs.iter().filter(|(_, word)| has(word)).map(|(other, _)| (*other).to_owned()).collect();
            credit.dedup();
        }
        Some(Self { credit, debit })
    }
}

/// Whether a status says that a payment is done.
pub fn counts(status: &str) -> bool {
    DONE.contains(&status.to_lowercase().as_str())
}
