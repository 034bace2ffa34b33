//! From the settings to a host: reads the root certificate that they name.

use std::path::PathBuf;
use std::sync::Arc;

use super::{Host, HostTls, HostTlsError, TcpHost};
use crate::outside::files::read_short;
use crate::settings::{HostEncryption, HostSettings};

/// The longest certificate file that is read, in bytes.
const FILE_BYTES_MAX: u64 = 64 * 1024;

/// Why a host cannot be asked.
#[derive(Debug, thiserror::Error)]
pub enum OpenHostError {
    /// The root certificate's file cannot be read.
    #[error("host.root_certificate {}: {why}", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        why: std::io::Error,
    },
    /// It can be read and not be used.
    #[error("host.root_certificate {}: {why}", path.display())]
    Tls {
        /// Which file.
        path: PathBuf,
        /// Why not.
        why: HostTlsError,
    },
}

/// The host of these settings.
///
/// # Errors
///
/// The root certificate cannot be used.
pub fn open(settings: &HostSettings) -> Result<Arc<dyn Host>, OpenHostError> {
    let host = TcpHost::new(settings.address.to_string(), settings.terminal.clone());
    let host = host.with_dialect(settings.dialect.clone(), settings.sign_on);
    let HostEncryption::Tls { root_certificate: path, name } = &settings.encryption else { return Ok(Arc::new(host)) };
    let pem = read_short(path, FILE_BYTES_MAX).map_err(|why| OpenHostError::Unreadable { path: path.clone(), why })?;
    let tls = HostTls::new(&pem, name).map_err(|why| OpenHostError::Tls { path: path.clone(), why })?;
    Ok(Arc::new(host.with_tls(tls)))
}
