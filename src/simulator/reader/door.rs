//! The door of the simulated reader: messages come in, are opened and handed to the device, and its answers go out,
//! sealed, or not as they should.

use std::io;
use std::mem;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use ring::rand::SystemRandom;

use super::answer::event;
use super::device::Device;
use super::{NextAnswer, SIMULATED_POI_ID};
use crate::outside::http::{HttpHandler, HttpReply, HttpRequest, answer_text};
use crate::outside::reader::{NexoKey, NexoTls, PostTarget, open_sealed, post, seal};

/// How long a listener may take to connect, and to take an event.
const SAY_CONNECT: Duration = Duration::from_secs(1);
const SAY_ANSWER: Duration = Duration::from_secs(3);
/// More bytes than any answer may have.
const FLOOD_BYTES: usize = 400_000;

/// What stands between the socket and the device.
pub(super) struct Door {
    device: Arc<Device>,
    key: Option<Arc<NexoKey>>,
    events: Option<PostTarget>,
    /// The last answer that went out, as it was.
    before: Mutex<String>,
}

impl Door {
    pub(super) fn new(
        device: Arc<Device>,
        key: Option<Arc<NexoKey>>,
        events: Option<SocketAddr>,
        tls: Option<NexoTls>,
    ) -> Self {
        let events = events.map(|address| PostTarget { address, tls });
        Self { device, key, events, before: Mutex::new(String::new()) }
    }

    pub(super) fn is_sealed(&self) -> bool {
        self.key.is_some()
    }

    /// Sends an event to whoever listens.
    pub(super) fn say(&self, word: &str, details: &str) -> io::Result<()> {
        let target = self.events.as_ref().ok_or(io::ErrorKind::NotConnected)?;
        let sale_id = self.device.state().sale_id.clone();
        let message = self.sealed(event(&sale_id, word, details, None))?;
        post(target, &message, SAY_CONNECT, SAY_ANSWER).map(|_| ()).map_err(io::Error::other)
    }

    fn sealed(&self, message: String) -> io::Result<String> {
        match &self.key {
            Some(key) if !message.is_empty() => seal(&message, key, &SystemRandom::new()).map_err(io::Error::other),
            Some(_) | None => Ok(message),
        }
    }

    fn hear(&self, body: &[u8]) -> HttpReply {
        let Some(key) = &self.key else { return self.device.hear(body) };
        let opened = std::str::from_utf8(body).ok().and_then(|text| open_sealed(text, key).ok());
        if let Some(clear) = opened {
            return self.device.hear(clear.as_bytes());
        }
        // A reader cannot seal the answer to what it cannot open.
        let body = event(SIMULATED_POI_ID, "Reject", "message=Encryption+does+not+fit", Some(body));
        HttpReply::Answer { status: 200, body }
    }

    fn send(&self, body: String) -> HttpReply {
        // The answer to a message that could not be opened, and a rejection, go out in the clear.
        let is_event = body.contains("\"EventNotification\"");
        let Ok(body) = (if is_event { Ok(body) } else { self.sealed(body) }) else {
            return HttpReply::Answer { status: 500, body: String::new() };
        };
        let mut fate = NextAnswer::Whole;
        self.device.change(|state| fate = mem::take(&mut state.next_answer));
        let mut before = self.before.lock().unwrap_or_else(PoisonError::into_inner);
        let last = mem::replace(&mut *before, body.clone());
        drop(before);
        let whole = |body: String| HttpReply::Answer { status: 200, body };
        match fate {
            NextAnswer::Whole => whole(body),
            NextAnswer::Twice => HttpReply::Bytes(answer_text(200, &body).repeat(2).into_bytes()),
            NextAnswer::TheOneBefore => whole(last),
            NextAnswer::Late(time) => {
                thread::sleep(time);
                whole(body)
            }
            NextAnswer::Cut => {
                let text = answer_text(200, &body).into_bytes();
                let half = text.len() - body.len() / 2;
                HttpReply::Bytes(text.into_iter().take(half).collect())
            }
            NextAnswer::Garbage => whole("no JSON: \u{1F4B3}{".to_owned()),
            NextAnswer::Flood => whole("[".repeat(FLOOD_BYTES)),
            NextAnswer::Trickle => HttpReply::Trickle(answer_text(200, &body).into_bytes()),
            NextAnswer::Changed => whole(changed(&body)),
            NextAnswer::OtherHmac => whole(with_other_hmac(&body)),
        }
    }
}

/// The answer with one character of the sealed part, or of the reader's id, replaced by another.
fn changed(body: &str) -> String {
    let field = if body.contains("\"NexoBlob\":\"") { "\"NexoBlob\":\"" } else { "\"POIID\":\"" };
    let Some(place) = body.find(field).map(|place| place + field.len()) else { return body.to_owned() };
    let other = if body.as_bytes().get(place) == Some(&b'A') { "B" } else { "A" };
    let mut body = body.to_owned();
    body.replace_range(place..=place, other);
    body
}

fn with_other_hmac(body: &str) -> String {
    let Ok(mut message) = serde_json::from_str::<serde_json::Value>(body) else { return body.to_owned() };
    if let Some(hmac) = message.pointer_mut("/SaleToPOIResponse/SecurityTrailer/Hmac") {
        *hmac = serde_json::json!("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    }
    message.to_string()
}

impl HttpHandler for Door {
    fn answer(&self, request: HttpRequest) -> HttpReply {
        let is_ours = request.method == "POST" && matches!(request.path.as_str(), "/nexo" | "/nexo/");
        if !is_ours {
            return HttpReply::Answer { status: 404, body: String::new() };
        }
        match self.hear(&request.body) {
            HttpReply::Answer { status: 200, body } if !body.is_empty() => self.send(body),
            other @ (HttpReply::Answer { .. }
            | HttpReply::Bytes(_)
            | HttpReply::Trickle(_)
            | HttpReply::Drop
            | HttpReply::PowerOff) => other,
        }
    }
}
