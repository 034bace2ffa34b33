//! The fields of a payload as JSON: what is in it and nothing else.

use serde_json::{Map, Value as Json};

use crate::cli::Failure;
use crate::qr::emv::{self, Object, Value};

/// The fields of a payload of EMV QRCPS, under their two digits. A line break at the end is no part of it.
pub(super) fn fields(text: &str) -> Result<Json, Failure> {
    let payload = text.trim_end_matches(['\r', '\n']);
    let objects =
        emv::parse(payload).map_err(|damage| Failure::Input(format!("the payload cannot be read: {damage}")))?;
    Ok(json(&objects))
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
