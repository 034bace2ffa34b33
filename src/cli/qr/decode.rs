//! The fields of a payload as JSON: what is in it and nothing else.

use serde_json::{Map, Value as Json};

use crate::cli::Failure;
use crate::qr::emv::{self, Object, Value};
use crate::qr::{ReadFields, Unreadable, bysquare, epc, spayd, swiss, upi};

/// The fields of a payload: those of EMV QRCPS under their two digits, those of the others under the names that requests
/// have. A line break at the end is no part of it.
pub(super) fn fields(text: &str) -> Result<Json, Failure> {
    let payload = text.trim_end_matches(['\r', '\n']);
    let begins = |begin: &str| payload.get(..begin.len()).is_some_and(|text| text.eq_ignore_ascii_case(begin));
    let is_base32 = payload.bytes().all(|byte| byte.is_ascii_digit() || (b'A'..=b'V').contains(&byte));
    if begins("BCD") {
        named(epc::decode(payload))
    } else if begins("SPC") {
        named(swiss::decode(payload))
    } else if begins("SPD*") {
        named(spayd::decode(payload))
    } else if begins("upi:") {
        named(upi::decode(payload))
    } else if is_base32 && !payload.is_empty() && !begins("0002") {
        named(bysquare::decode(payload))
    } else {
        emv::parse(payload).map(|objects| json(&objects)).map_err(unreadable)
    }
}

fn named(read: Result<ReadFields, Unreadable>) -> Result<Json, Failure> {
    let members = read.map_err(unreadable)?.into_iter().map(|(name, value)| (name, Json::String(value)));
    Ok(Json::Object(members.collect()))
}

fn unreadable(why: impl std::fmt::Display) -> Failure {
    Failure::Input(format!("the payload cannot be read: {why}"))
}

fn json(objects: &[Object]) -> Json {
    let member = |object: &Object| {
        let value = match &object.value {
            Value::Text(text) => Json::String(text.clone()),
            Value::Template(objects) => json(objects),
        };
        (format!("{:02}", object.id), value)
    };
    Json::Object(objects.iter().map(member).collect::<Map<_, _>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_objects_in_objects() {
        let payload = "00020101021238570010A00000072701270006970403011300110123456780208QRIBFTTA530370454061800005802VN\
                       62340107NPS68690819thanh toan don hang63042E2E\r\n";
        assert_eq!(
            fields(payload).unwrap(),
            serde_json::json!({
                "00": "01",
                "01": "12",
                "38": {
                    "00": "A000000727",
                    "01": { "00": "970403", "01": "0011012345678" },
                    "02": "QRIBFTTA",
                },
                "53": "704",
                "54": "180000",
                "58": "VN",
                "62": { "01": "NPS6869", "08": "thanh toan don hang" },
                "63": "2E2E",
            })
        );
    }

    #[test]
    fn what_is_damaged_says_why_in_one_line() {
        for text in ["", "\n", "hello", "000201", "00020163040000"] {
            let refused = fields(text).unwrap_err().to_string();
            assert!(refused.starts_with("the payload cannot be read: ") && refused.lines().count() == 1, "{refused}");
        }
    }
}
