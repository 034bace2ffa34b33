//! Where a nexo reader is, how it is talked to, and how long it is waited for.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use super::nexo_key::NexoKey;
use super::nexo_tls::NexoTls;

/// Where the reader is and how it is talked to.
#[derive(Clone)]
pub struct NexoSettings {
    /// The reader's address; an address and not a name, for a name needs a network that may be down.
    pub address: SocketAddr,
    /// `SaleID`: the name of this till in the messages.
    pub sale_id: String,
    /// `POIID`: the reader's model and serial number.
    pub poi_id: String,
    /// How long to wait.
    pub timeouts: NexoTimeouts,
    /// TLS; without it only a reader on this machine, a simulated one, is talked to.
    pub tls: Option<NexoTls>,
    /// The key of the messages' own encryption; `None` only where the shop's settings say that it is off. With a key,
    /// an answer that is not sealed with it is no answer.
    pub secure: Option<Arc<NexoKey>>,
}

impl fmt::Debug for NexoSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NexoSettings")
            .field("address", &self.address)
            .field("sale_id", &self.sale_id)
            .field("poi_id", &self.poi_id)
            .field("timeouts", &self.timeouts)
            .field("tls", &self.tls.is_some())
            .field("secure", &self.secure.is_some())
            .finish()
    }
}

/// Why a reader is not talked to as the settings have it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NexoSettingsError {
    /// Plain HTTP over a network.
    #[error("the reader at {0} may only be talked to over TLS: plain HTTP is for this machine (loopback addresses)")]
    PlainOverNetwork(SocketAddr),
    /// A name that the messages need is missing.
    #[error("{0} is empty")]
    Empty(&'static str),
}

impl NexoSettings {
    /// Whether the reader may be talked to so. The driver checks the same before every message.
    ///
    /// # Errors
    ///
    /// No TLS for an address that is not this machine's, or an empty name.
    pub fn check(&self) -> Result<(), NexoSettingsError> {
        if self.tls.is_none() && !self.address.ip().is_loopback() {
            return Err(NexoSettingsError::PlainOverNetwork(self.address));
        }
        let names = [(&self.sale_id, "sale_id"), (&self.poi_id, "poi_id")];
        names.iter().find(|(name, _)| name.is_empty()).map_or(Ok(()), |(_, field)| Err(NexoSettingsError::Empty(field)))
    }
}

/// The bounds of the methods of [`super::Reader`].
#[derive(Clone, Copy, Debug)]
pub struct NexoTimeouts {
    /// For the connection, TLS included, in every method; a reader is in the same room, so a second is long.
    pub connect: Duration,
    /// For a whole probe, which does not ask the reader to reach its acquirers.
    pub probe: Duration,
    /// For a whole diagnosis. The reader asks its acquirers meanwhile, which may take it a few seconds.
    pub diagnosis: Duration,
    /// For a whole payment: the customer's time, which the Terminal API ends after 120 seconds, and the host's.
    pub payment: Duration,
    /// For a whole question for the status, for an abort, and for logging in or out.
    pub status: Duration,
    /// For a whole reversal, the host's time included.
    pub reversal: Duration,
}

impl Default for NexoTimeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(1),
            probe: Duration::from_secs(2),
            diagnosis: Duration::from_secs(8),
            payment: Duration::from_secs(130),
            status: Duration::from_secs(5),
            reversal: Duration::from_secs(30),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_stays_on_this_machine() {
        let settings = |address: &str, poi_id: &str| NexoSettings {
            address: address.parse().unwrap(),
            sale_id: "till-23".to_owned(),
            poi_id: poi_id.to_owned(),
            timeouts: NexoTimeouts::default(),
            tls: None,
            secure: None,
        };
        for address in ["127.0.0.1:8443", "127.9.9.9:1", "[::1]:8443"] {
            assert_eq!(settings(address, "P").check(), Ok(()));
        }
        for address in ["192.168.1.20:8443", "0.0.0.0:8443", "[fe80::1]:8443", "[::ffff:192.168.1.20]:8443"] {
            let error = NexoSettingsError::PlainOverNetwork(address.parse().unwrap());
            assert_eq!(settings(address, "P").check(), Err(error));
        }
        assert_eq!(settings("127.0.0.1:1", "").check(), Err(NexoSettingsError::Empty("poi_id")));
    }
}
