//! A message as JSON, for people and scripts. Card data is masked and passwords are left out.

use serde::{Deserialize, Serialize};

use super::apdu::{Apdu, ApduReader, Control};
use super::bmp::{Fields, format};
use super::bmps;
use super::error::ZvtError;
use super::message::{Head, Message};
use super::password::{Password, PasswordError};
use super::tlv;
use crate::iso8583::{HexError, decode_hex, encode_hex};

/// A message in the form of JSON. All values are hexadecimal, so numbers in BCD read as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shown {
    /// Class and instruction, four hexadecimal digits.
    pub control: String,
    /// What it is called; not read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What stands before the BMPs, without a password.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub head: String,
    /// The BMPs in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<ShownField>,
}

/// One BMP.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShownField {
    /// Two hexadecimal digits.
    pub bmp: String,
    /// What it is; not read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// The data objects of a container; instead of the value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tlv: Option<Vec<ShownObject>>,
}

/// One data object.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShownObject {
    /// Its tag in hexadecimal digits.
    pub tag: String,
    /// Its value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// The objects in it; instead of the value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tlv: Option<Vec<ShownObject>>,
}

/// Why JSON is no message, or bytes are none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShownError {
    /// A message that does not follow the protocol.
    #[error(transparent)]
    Zvt(#[from] ZvtError),
    /// A value that is not hexadecimal.
    #[error("{field}: {why}")]
    Hex {
        /// Which.
        field: String,
        /// Why.
        why: HexError,
    },
    /// Not two bytes of class and instruction.
    #[error("control must be four hexadecimal digits, class and instruction")]
    Control,
    /// A BMP that is not one byte, or a tag that is not one to four.
    #[error("{field} “{text}” must be {digits} hexadecimal digits")]
    Number {
        /// Which.
        field: &'static str,
        /// What it says.
        text: String,
        /// How many it may have.
        digits: &'static str,
    },
    /// The password is none.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The bytes are not exactly one message.
    #[error("the bytes are not one whole APDU: {0}")]
    NotOne(&'static str),
}

impl Shown {
    /// One APDU of the wire as JSON.
    ///
    /// # Errors
    ///
    /// Not exactly one APDU, or one that does not follow the protocol.
    pub fn of_bytes(bytes: &[u8]) -> Result<Self, ShownError> {
        let mut reader = ApduReader::default();
        reader.push(bytes);
        let apdu = reader.next_apdu().ok_or(ShownError::NotOne("it ends too early"))?;
        if !reader.is_empty() {
            return Err(ShownError::NotOne("bytes are left over after it"));
        }
        let message = Message::decode(&apdu)?;
        let head = match &message.head {
            Head::Empty | Head::Password => String::new(),
            Head::Registration { .. } => head_without_password(&message)?,
            Head::Result { .. } | Head::Moment { .. } | Head::Status { .. } | Head::Line { .. } | Head::Unread(_) => {
                let mut bare = message.clone();
                bare.fields = Fields::default();
                encode_hex(&bare.encode(None)?.data)
            }
        };
        let fields = message.fields.iter().map(|field| {
            let container = (field.bmp == bmps::TLV).then(|| shown_objects(&field.value, 0)).flatten();
            let value = container.is_none().then(|| encode_hex(&field.value));
            let name = format(field.bmp).map(|row| row.name.to_owned());
            ShownField { bmp: encode_hex(&[field.bmp]), name, value, tlv: container }
        });
        Ok(Self {
            control: encode_hex(&[message.control.0, message.control.1]),
            name: message.control.name().map(str::to_owned),
            head,
            fields: fields.collect(),
        })
    }

    /// The message as bytes for the wire. `password` goes where the command wants one.
    ///
    /// # Errors
    ///
    /// Names the field that does not follow the protocol.
    pub fn to_bytes(&self, password: Option<&Password>) -> Result<Vec<u8>, ShownError> {
        let control = hex("control", &self.control)?;
        let [class, instruction] = control[..] else { return Err(ShownError::Control) };
        let mut fields = Fields::default();
        for field in &self.fields {
            let bmp = hex("bmp", &field.bmp)?;
            let [bmp] = bmp[..] else {
                return Err(ShownError::Number { field: "bmp", text: field.bmp.clone(), digits: "two" });
            };
            let value = match (&field.tlv, &field.value) {
                (Some(objects), _) => written_objects(objects, 0)?,
                (None, Some(value)) => hex(&field.bmp, value)?,
                (None, None) => Vec::new(),
            };
            fields = fields.with(bmp, value);
        }
        let mut data = match (needs_password(Control(class, instruction)), password) {
            (true, Some(password)) => password.bytes().to_vec(),
            (true, None) => return Err(ZvtError::NoPassword.into()),
            (false, _) => Vec::new(),
        };
        data.extend(hex("head", &self.head)?);
        fields.write(&mut data)?;
        let apdu = Apdu::new(Control(class, instruction), data);
        // What is written must be readable; so nothing leaves here that a terminal would have to refuse.
        Message::decode(&apdu)?;
        Ok(apdu.encode()?.to_vec())
    }
}

fn needs_password(control: Control) -> bool {
    [
        Control::REGISTRATION,
        Control::REPEAT_RECEIPT,
        Control::REVERSAL,
        Control::REFUND,
        Control::END_OF_DAY,
        Control::INITIALISATION,
    ]
    .contains(&control)
}

fn head_without_password(message: &Message) -> Result<String, ShownError> {
    let stand_in = Password::parse("000000")?;
    let mut bare = message.clone();
    bare.fields = Fields::default();
    Ok(encode_hex(&bare.encode(Some(&stand_in))?.data[stand_in.bytes().len()..]))
}

/// The objects of a container; `None` where it cannot be read, so that its bytes are shown instead.
fn shown_objects(bytes: &[u8], depth: usize) -> Option<Vec<ShownObject>> {
    if depth >= tlv::TLV_DEPTH_MAX {
        return None;
    }
    let objects = tlv::objects(bytes).ok()?;
    let shown = objects.into_iter().map(|object| {
        let significant = object.tag.to_be_bytes();
        let from = significant.iter().position(|byte| *byte != 0).unwrap_or(3);
        let inner = tlv::is_container(object.tag).then(|| shown_objects(object.value, depth + 1)).flatten();
        let value = inner.is_none().then(|| {
            let secret = tlv::CARD_DATA_TAGS.contains(&object.tag);
            if secret { "ee".repeat(object.value.len()) } else { encode_hex(object.value) }
        });
        ShownObject { tag: encode_hex(&significant[from..]), value, tlv: inner }
    });
    Some(shown.collect())
}

fn written_objects(objects: &[ShownObject], depth: usize) -> Result<Vec<u8>, ShownError> {
    if depth >= tlv::TLV_DEPTH_MAX {
        return Err(ZvtError::TlvDepth.into());
    }
    let mut bytes = Vec::new();
    for object in objects {
        let tag = hex("tag", &object.tag)?;
        if tag.is_empty() || tag.len() > 4 {
            return Err(ShownError::Number { field: "tag", text: object.tag.clone(), digits: "two to eight" });
        }
        let tag = tag.iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte));
        let value = match (&object.tlv, &object.value) {
            (Some(inner), _) => written_objects(inner, depth + 1)?,
            (None, Some(value)) => hex(&object.tag, value)?,
            (None, None) => Vec::new(),
        };
        tlv::push(&mut bytes, tag, &value)?;
    }
    Ok(bytes)
}

fn hex(field: &str, text: &str) -> Result<Vec<u8>, ShownError> {
    decode_hex(text).map_err(|why| ShownError::Hex { field: field.to_owned(), why })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(text: &str) -> String {
        let bytes = decode_hex(text).unwrap();
        let shown = Shown::of_bytes(&bytes).unwrap();
        let json = serde_json::to_string(&shown).unwrap();
        let read: Shown = serde_json::from_str(&json).unwrap();
        assert_eq!(read, shown);
        encode_hex(&read.to_bytes(Some(&Password::parse("123456").unwrap())).unwrap())
    }

    #[test]
    fn messages_are_json_and_back() {
        for text in [
            "050100",
            "06000812345608097803 00",
            "06010a04000000004890490978",
            "0601180400000000489049097806 0ce90a1f62024143 1f63025031",
            "060f0b f0f0f2 3161 e2 060334 011f",
            "061e036f0978",
            "04ff020a03",
            "06d1034068 69",
            "062005123456 0303",
            "80 00 00",
            "84 9c 00",
            "0fa1020001",
        ] {
            assert_eq!(round(text), text.replace(' ', ""), "{text}");
        }
    }

    #[test]
    fn neither_card_nor_password_is_shown() {
        let bytes = decode_hex("040f0c 22f0f84111111111111111 00".trim_end_matches(" 00")).unwrap();
        let mut bytes = bytes;
        bytes[2] = 11;
        let shown = serde_json::to_string(&Shown::of_bytes(&bytes).unwrap()).unwrap();
        assert!(shown.contains("eeeeeeeeeeee1111") && !shown.contains("41111"), "{shown}");
        let end = serde_json::to_string(&Shown::of_bytes(&decode_hex("065003987654").unwrap()).unwrap()).unwrap();
        assert!(!end.contains("987654"), "{end}");
        let track = decode_hex("040f08 0606 1f0803 414243".replace(' ', "").as_str()).unwrap();
        let shown = serde_json::to_string(&Shown::of_bytes(&track).unwrap()).unwrap();
        assert!(shown.contains("eeeeee") && !shown.contains("414243"), "{shown}");
    }

    #[test]
    fn what_is_no_message_is_refused_by_name() {
        for (json, says) in [
            (r#"{"control":"06"}"#, "control must be four"),
            (r#"{"control":"0601","fields":[{"bmp":"04","value":"00"}]}"#, "BMP 04 has 1 bytes"),
            (r#"{"control":"0601","fields":[{"bmp":"0404","value":"00"}]}"#, "bmp “0404” must be two"),
            (r#"{"control":"0601","fields":[{"bmp":"99","value":"00"}]}"#, "BMP 99"),
            (r#"{"control":"0601","fields":[{"bmp":"04","value":"0x"}]}"#, "04: character 2"),
            (r#"{"control":"061e"}"#, "within the result code"),
        ] {
            let shown: Shown = serde_json::from_str(json).unwrap();
            let error = shown.to_bytes(None).unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
        }
        let end: Shown = serde_json::from_str(r#"{"control":"0650"}"#).unwrap();
        assert_eq!(end.to_bytes(None), Err(ShownError::Zvt(ZvtError::NoPassword)));
        assert!(matches!(Shown::of_bytes(&[6, 1]), Err(ShownError::NotOne(_))));
        assert!(matches!(Shown::of_bytes(&[0x80, 0, 0, 0]), Err(ShownError::NotOne(_))));
    }
}
