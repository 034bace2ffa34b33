//! What a story sees when it stops and looks: page, sheet and message, as a snapshot tells them.

use serde::Serialize;
use serde_json::Value;

use super::bench::Bench;

/// The characters of a UUID as text. They tell a reader nothing and change with every change of the program.
const ID_LENGTH: usize = 36;

#[derive(Serialize)]
pub struct Stop {
    page: Value,
    #[serde(skip_serializing_if = "Value::is_null")]
    sheet: Value,
    #[serde(skip_serializing_if = "Value::is_null")]
    message: Value,
}

/// What is on the screen now.
pub fn stop(bench: &Bench) -> Stop {
    let view = bench.view();
    Stop { page: told(&view.page), sheet: told(&view.overlay), message: told(&view.app.message) }
}

fn told(part: &impl Serialize) -> Value {
    let mut value = serde_json::to_value(part).expect("a view is plain data");
    hide_ids(&mut value);
    value
}

fn hide_ids(value: &mut Value) {
    match value {
        Value::String(text) => hide_id(text),
        Value::Array(values) => values.iter_mut().for_each(hide_ids),
        Value::Object(fields) => fields.iter_mut().for_each(|(name, field)| match (name.as_str(), field) {
            // The till of every test has a key of its own to sign with.
            ("checkpoint", Value::String(text)) => "…".clone_into(text),
            (_, field) => hide_ids(field),
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Cuts an id off the end of a text: `payment:019e…` stays `payment:…`.
fn hide_id(text: &mut String) {
    let Some(start) = text.len().checked_sub(ID_LENGTH).filter(|start| text.is_char_boundary(*start)) else { return };
    let id = &text[start..];
    if id.split('-').map(str::len).eq([8, 4, 4, 4, 12])
        && id.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
    {
        text.truncate(start);
        text.push('…');
    }
}
