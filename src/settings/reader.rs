//! How the shop's card reader is reached.

use std::net::SocketAddr;
use std::path::PathBuf;

use crate::domain::outage::ReaderKind;

/// How the shop's card reader is reached. Files are named here and read when the driver is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReaderSettings {
    /// It speaks nexo Sale-to-POI (Terminal API JSON) at this address.
    Nexo {
        /// Where.
        address: SocketAddr,
        /// Its id, model and serial number: `P400-2203`.
        poi_id: String,
        /// The name this till has for it.
        sale_id: String,
        /// It takes payments without the host and sends them later by itself.
        stores: bool,
        /// What its certificate is checked with; `None` only on this machine.
        root: Option<NexoRoot>,
        /// The encryption of the messages; `None` where the shop says that it is off.
        encryption: Option<NexoEncryption>,
        /// Where it sends its events.
        events: Option<NexoEventPlace>,
    },
    /// It speaks ZVT at this address.
    Zvt {
        /// Where.
        address: SocketAddr,
        /// What people call it.
        name: String,
        /// The file with its password, six digits.
        password_file: PathBuf,
        /// The config byte it is registered with.
        config_byte: u8,
        /// Whether payments carry our reference (tag E9).
        send_reference: bool,
        /// It takes payments without the host and sends them later by itself.
        stores: bool,
    },
    /// A terminal that cannot be asked, whose reader can be watched through PC/SC.
    Pcsc {
        /// What people call it.
        name: String,
        /// A part of the name that the system has for the reader; any reader without one.
        reader: Option<String>,
        /// Whether the chip of a card that is put in is asked if it is alive.
        ask_chip: bool,
        /// The library to load in place of the usual one.
        library: Option<String>,
    },
    /// A terminal that cannot be asked.
    Standalone {
        /// What people call it.
        name: String,
    },
}

/// What the reader's certificate is checked with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NexoRoot {
    /// The maker's root certificate, PEM.
    pub certificate: PathBuf,
    /// What stands after the reader's id in its certificate's name.
    pub suffix: Option<String>,
    /// Whether the name that older readers of a maker share is taken as well.
    pub legacy: bool,
}

/// The encryption of the messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NexoEncryption {
    /// The file with the passphrase.
    pub passphrase_file: PathBuf,
    /// What the key is called in the messages.
    pub key_identifier: String,
    /// Its version.
    pub key_version: u32,
}

/// Where the reader sends its events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NexoEventPlace {
    /// The till's own address.
    pub address: SocketAddr,
    /// The till's certificate and its key, PEM, when the reader is told to use HTTPS.
    pub certificate: Option<(PathBuf, PathBuf)>,
}

impl ReaderSettings {
    /// What people call the reader.
    #[must_use]
    pub fn device_name(&self) -> &str {
        match self {
            Self::Nexo { poi_id, .. } => poi_id,
            Self::Zvt { name, .. } | Self::Pcsc { name, .. } | Self::Standalone { name } => name,
        }
    }

    /// Where it is, when it has an address.
    #[must_use]
    pub fn address(&self) -> Option<SocketAddr> {
        match self {
            Self::Nexo { address, .. } | Self::Zvt { address, .. } => Some(*address),
            Self::Pcsc { .. } | Self::Standalone { .. } => None,
        }
    }

    /// How it is connected, as far as the offers depend on it.
    #[must_use]
    pub fn kind(&self) -> ReaderKind {
        match self {
            Self::Nexo { stores, .. } | Self::Zvt { stores, .. } => ReaderKind::Connected { stores: *stores },
            Self::Pcsc { .. } | Self::Standalone { .. } => ReaderKind::Standalone,
        }
    }

    /// Whether it can be asked how it is.
    #[must_use]
    pub fn can_be_probed(&self) -> bool {
        match self {
            Self::Nexo { .. } | Self::Zvt { .. } | Self::Pcsc { .. } => true,
            Self::Standalone { .. } => false,
        }
    }
}
