//! What a reader says without being asked: `EventNotification` messages, posted to a port of the till's.
//!
//! An event is believed as much as it is proved. Sealed with our key it counts as the reader's word; in the clear
//! anybody in the shop's network could have sent it, so it never says more than "ask the reader now".

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rustls::ServerConfig;

use super::nexo_key::NexoKey;
use super::nexo_message::{MessageCategory, MessageClass, MessageType};
use super::nexo_secure::{SecureError, open};
use super::nexo_session_message::{EventEnvelope, EventWord};
use crate::domain::outage::ReaderCause;
use crate::domain::reader::{ReaderNews, ReaderReport};
use crate::outside::http::{HttpHandler, HttpPlace, HttpReply, HttpRequest, HttpServer};

/// What a reader expects to hear when its event arrived.
const ACCEPTED: &str = "[accepted]";
/// How long a connection may be open before its first byte.
const IDLE_MAX: Duration = Duration::from_secs(5);

/// Where to listen and whom to.
#[derive(Clone)]
pub struct NexoEventSettings {
    /// The till's address and port that are entered in the reader's settings.
    pub address: SocketAddr,
    /// `POIID`: the one reader that is listened to.
    pub poi_id: String,
    /// The certificate the till shows, where the reader is told to use HTTPS.
    pub tls: Option<Arc<ServerConfig>>,
    /// The key the reader seals its events with, the same as for its answers.
    pub secure: Option<Arc<NexoKey>>,
}

/// Why a message is not an event of our reader.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// Not sealed as agreed.
    #[error(transparent)]
    Secure(#[from] SecureError),
    /// Not an event of the protocol.
    #[error("the message is not an EventNotification (line {line}, column {column})")]
    NotAnEvent {
        /// Where it stops being one.
        line: usize,
        /// And at which character.
        column: usize,
    },
    /// Its header says that it is something else, or comes from another reader.
    #[error("the event's MessageHeader has another {0} than an event of our reader")]
    OtherHeader(&'static str),
}

/// The news in an event; `None` when it has none that matters here.
///
/// # Errors
///
/// It is not an event of the reader with this `POIID`, sealed with this key if there is one.
pub fn news_of(message: &str, poi_id: &str, key: Option<&NexoKey>) -> Result<Option<ReaderNews>, EventError> {
    let clear = key.map(|key| open(message, key)).transpose()?;
    let event: EventEnvelope = serde_json::from_str(clear.as_deref().unwrap_or(message))
        .map_err(|error| EventError::NotAnEvent { line: error.line(), column: error.column() })?;
    let header = &event.request.message_header;
    for (same, field) in [
        (header.message_class == MessageClass::Event, "MessageClass"),
        (header.message_category == MessageCategory::Event, "MessageCategory"),
        (header.message_type == MessageType::Notification, "MessageType"),
        (header.poi_id == poi_id, "POIID"),
    ] {
        if !same {
            return Err(EventError::OtherHeader(field));
        }
    }
    Ok(meaning(event.request.event_notification.event_to_notify, key.is_some()))
}

fn meaning(event: EventWord, is_proved: bool) -> Option<ReaderNews> {
    let report = |cause, hard| {
        let report = ReaderNews::Report(ReaderReport::Faulty { cause, hard });
        Some(if is_proved { report } else { ReaderNews::AskNow })
    };
    match event {
        EventWord::OutOfOrder => report(ReaderCause::OutOfOrder, true),
        EventWord::SecurityAlarm => report(ReaderCause::Tampered, true),
        EventWord::BeginMaintenance => report(ReaderCause::Maintenance, true),
        // It is still there for a moment, and may only restart: not certain by itself.
        EventWord::Shutdown => report(ReaderCause::NotConnected, false),
        EventWord::Initialised | EventWord::EndMaintenance => Some(ReaderNews::AskNow),
        EventWord::NetworkConnected | EventWord::NetworkDisconnected => Some(ReaderNews::NetworkChanged),
        EventWord::CardRemoved => Some(ReaderNews::CardRemoved),
        // That a card was put in does not say that it answered; a rejected message is seen where it was sent.
        EventWord::CardInserted | EventWord::Reject | EventWord::Other => None,
    }
}

/// Listens for the events of one reader until it is dropped.
pub struct NexoEvents {
    server: HttpServer,
}

impl NexoEvents {
    /// Begins to listen. `tell` is called with each piece of news, on a thread of the listener's; it must not block for
    /// long, because only so many events are taken at once as the server has connections.
    ///
    /// # Errors
    ///
    /// The port is in use or may not be used.
    pub fn listen(settings: NexoEventSettings, tell: Arc<dyn Fn(ReaderNews) + Send + Sync>) -> io::Result<Self> {
        let NexoEventSettings { address, poi_id, tls, secure } = settings;
        let ear = Ear { poi_id, secure, tell };
        let server = HttpServer::reserve(HttpPlace { address, tls, idle_max: IDLE_MAX }, Arc::new(ear))?;
        server.open()?;
        Ok(Self { server })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }
}

struct Ear {
    poi_id: String,
    secure: Option<Arc<NexoKey>>,
    tell: Arc<dyn Fn(ReaderNews) + Send + Sync>,
}

impl HttpHandler for Ear {
    fn answer(&self, request: HttpRequest) -> HttpReply {
        let refused = |status| HttpReply::Answer { status, body: String::new() };
        if request.method != "POST" {
            return refused(405);
        }
        let Ok(message) = String::from_utf8(request.body) else { return refused(400) };
        match news_of(&message, &self.poi_id, self.secure.as_deref()) {
            Ok(news) => {
                if let Some(news) = news {
                    (self.tell)(news);
                }
                HttpReply::Answer { status: 200, body: ACCEPTED.to_owned() }
            }
            Err(error) => {
                tracing::debug!(%error, "event of a reader");
                refused(400)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ring::rand::SystemRandom;
    use serde_json::{Value, json};

    use super::*;
    use crate::outside::reader::nexo_secure::seal;

    fn event(word: &str) -> Value {
        json!({"SaleToPOIRequest": {
            "MessageHeader": {
                "ProtocolVersion": "3.0", "MessageClass": "Event", "MessageCategory": "Event",
                "MessageType": "Notification", "DeviceID": "7", "SaleID": "till-23", "POIID": "V400m-1"
            },
            "EventNotification": {"TimeStamp": "2026-11-20T14:00:00Z", "EventToNotify": word, "EventDetails": "a=b"}
        }})
    }

    #[test]
    fn an_event_is_believed_as_much_as_it_is_proved() {
        let key = NexoKey::derive("a passphrase of ours", "till-key", 1).unwrap();
        let report = |cause, hard| Some(ReaderNews::Report(ReaderReport::Faulty { cause, hard }));
        let (ask, network) = (Some(ReaderNews::AskNow), Some(ReaderNews::NetworkChanged));
        for (word, proved, in_the_clear) in [
            ("OutOfOrder", report(ReaderCause::OutOfOrder, true), &ask),
            ("SecurityAlarm", report(ReaderCause::Tampered, true), &ask),
            ("BeginMaintenance", report(ReaderCause::Maintenance, true), &ask),
            ("Shutdown", report(ReaderCause::NotConnected, false), &ask),
            ("EndMaintenance", ask.clone(), &ask),
            ("Initialised", ask.clone(), &ask),
            ("NetworkConnected", network.clone(), &network),
            ("NetworkDisconnected", network.clone(), &network),
            ("CardRemoved", Some(ReaderNews::CardRemoved), &Some(ReaderNews::CardRemoved)),
            ("CardInserted", None, &None),
            ("KeyPressed", None, &None),
        ] {
            let clear = event(word).to_string();
            assert_eq!(&news_of(&clear, "V400m-1", None).unwrap(), in_the_clear, "{word}");
            let sealed = seal(&clear, &key, &SystemRandom::new()).unwrap();
            assert_eq!(news_of(&sealed, "V400m-1", Some(&key)).unwrap(), proved, "{word}");
            let again = news_of(&sealed, "V400m-1", Some(&key));
            assert_eq!(again, Err(EventError::Secure(SecureError::Repeated)), "{word}");
            let clear = news_of(&clear, "V400m-1", Some(&key));
            assert_eq!(clear, Err(EventError::Secure(SecureError::NotSealed)), "{word}");
        }
    }

    #[test]
    fn an_event_of_another_reader_or_another_message_is_refused() {
        for (field, value) in [
            ("MessageClass", "Service"),
            ("MessageCategory", "Payment"),
            ("MessageType", "Request"),
            ("POIID", "V400m-2"),
        ] {
            let mut event = event("OutOfOrder");
            event["SaleToPOIRequest"]["MessageHeader"][field] = json!(value);
            assert_eq!(news_of(&event.to_string(), "V400m-1", None), Err(EventError::OtherHeader(field)));
        }
        for text in ["", "{}", "[1]", "{\"SaleToPOIRequest\":{}}"] {
            assert!(matches!(news_of(text, "V400m-1", None), Err(EventError::NotAnEvent { .. })), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".{0,200}") {
            prop_assert!(news_of(&text, "V400m-1", None).is_err());
        }
    }
}
