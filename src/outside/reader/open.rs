//! From the settings to a driver: reads the files that the settings name.

use std::io;
use std::path::Path;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::{
    CertificateNames, NexoEventSettings, NexoKey, NexoKeyError, NexoReader, NexoSettings, NexoTimeouts, NexoTls,
    Reader, ZvtReader, ZvtSettings, ZvtTimeouts, event_tls,
};
use crate::outside::files::read_short;
use crate::outside::tls::TlsSetupError;
use crate::settings::{NexoEncryption, NexoRoot, ReaderSettings, Settings};
use crate::zvt::Password;

/// The longest file that is read here, in bytes: a chain of certificates has a few thousand.
const FILE_BYTES_MAX: u64 = 64 * 1024;

/// A reader that is ready to be asked, and what is needed to hear from it.
#[derive(Default)]
pub struct OpenReader {
    /// The driver; none for a terminal that cannot be asked.
    pub driver: Option<Arc<dyn Reader>>,
    /// Where its events are listened for.
    pub events: Option<NexoEventSettings>,
}

/// A file that the settings name does not do.
#[derive(Debug, thiserror::Error)]
pub enum OpenReaderError {
    /// It cannot be read, or is too long.
    #[error("{key} names {file}: {why}")]
    File {
        /// The key of the settings.
        key: &'static str,
        /// The file.
        file: String,
        /// What the system said.
        why: String,
    },
}

impl OpenReaderError {
    fn of(key: &'static str, file: &Path) -> impl Fn(&dyn std::fmt::Display) -> Self {
        move |why| Self::File { key, file: file.display().to_string(), why: why.to_string() }
    }
}

/// Makes the driver that the settings ask for. Sends nothing yet.
///
/// # Errors
///
/// A file that the settings name cannot be read, or is not what it should be; the key is named.
pub fn open(settings: &Settings) -> Result<OpenReader, OpenReaderError> {
    match &settings.reader {
        ReaderSettings::Nexo { address, poi_id, sale_id, root, encryption, events, stores: _ } => {
            let secure = encryption.as_ref().map(key).transpose()?;
            let tls = root.as_ref().map(|root| tls(root, poi_id)).transpose()?;
            let listen = |place: &crate::settings::NexoEventPlace| {
                let tls = place.certificate.as_ref().map(|(chain, key)| own_certificate(chain, key)).transpose()?;
                let (address, poi_id, secure) = (place.address, poi_id.clone(), secure.clone());
                Ok(NexoEventSettings { address, poi_id, tls, secure })
            };
            let events = events.as_ref().map(listen).transpose()?;
            let driver = NexoReader::new(NexoSettings {
                address: *address,
                sale_id: sale_id.clone(),
                poi_id: poi_id.clone(),
                timeouts: NexoTimeouts::default(),
                tls,
                secure,
            });
            Ok(OpenReader { driver: Some(Arc::new(driver)), events })
        }
        ReaderSettings::Zvt { address, password_file, config_byte, send_reference, name: _, stores: _ } => {
            let failed = OpenReaderError::of("reader.password_file", password_file);
            let text = Zeroizing::new(read(password_file).map_err(|error| failed(&error))?);
            let driver = ZvtReader::new(ZvtSettings {
                address: *address,
                password: Password::parse(&text).map_err(|error| failed(&error))?,
                currency: settings.currency,
                config: *config_byte,
                send_reference: *send_reference,
                timeouts: ZvtTimeouts::default(),
            });
            Ok(OpenReader { driver: Some(Arc::new(driver)), events: None })
        }
        ReaderSettings::Pcsc { .. } | ReaderSettings::Standalone { .. } => Ok(OpenReader::default()),
    }
}

fn key(encryption: &NexoEncryption) -> Result<Arc<NexoKey>, OpenReaderError> {
    let NexoEncryption { passphrase_file, key_identifier, key_version } = encryption;
    let failed = OpenReaderError::of("reader.passphrase_file", passphrase_file);
    let key: Result<NexoKey, NexoKeyError> = NexoKey::read(passphrase_file, key_identifier, *key_version);
    key.map(Arc::new).map_err(|error| failed(&error))
}

fn tls(root: &NexoRoot, poi_id: &str) -> Result<NexoTls, OpenReaderError> {
    let failed = OpenReaderError::of("reader.root_certificate", &root.certificate);
    let pem = read(&root.certificate).map_err(|error| failed(&error))?;
    let names = CertificateNames::of(poi_id, root.suffix.as_deref(), root.legacy);
    NexoTls::new(&pem, names).map_err(|error: TlsSetupError| failed(&error))
}

fn own_certificate(chain: &Path, key: &Path) -> Result<Arc<rustls::ServerConfig>, OpenReaderError> {
    let chain_pem = read(chain).map_err(|error| OpenReaderError::of("reader.events_certificate", chain)(&error))?;
    let failed = OpenReaderError::of("reader.events_key", key);
    let key_pem = Zeroizing::new(read(key).map_err(|error| failed(&error))?);
    event_tls(&chain_pem, &key_pem).map_err(|error| failed(&error))
}

fn read(path: &Path) -> io::Result<String> {
    read_short(path, FILE_BYTES_MAX)
}
