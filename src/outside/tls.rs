//! What the till's TLS connections share: the pinned roots they believe in, and why one is not believed.
//!
//! Whom a certificate has to name differs: a reader by its maker's rule (`reader::nexo_tls`), a host by its DNS name
//! (`host`). There is no way to accept any other certificate.

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{CertificateError, OtherError, RootCertStore};

use crate::domain::ladder::TlsTrouble;

/// The most root certificates in a file: one for the present and one for the time of a change, with room.
pub const ROOTS_MAX: usize = 8;
/// The longest file of root certificates, in bytes.
pub const ROOT_PEM_BYTES_MAX: usize = 64 * 1024;

/// Why no TLS can be set up from the settings.
#[derive(Debug, thiserror::Error)]
pub enum TlsSetupError {
    /// The file is no PEM.
    #[error("the certificate or key is not a PEM file: {0}")]
    NotPem(String),
    /// None, too many, or a file that is far too long.
    #[error("the file must have 1 to {ROOTS_MAX} certificates and at most {ROOT_PEM_BYTES_MAX} bytes; it has {0}")]
    Count(usize),
    /// Not usable, as a root or for listening.
    #[error("a certificate cannot be used: {0}")]
    Root(rustls::Error),
}

/// The root certificates in a PEM file, which are the only ones that are believed.
///
/// # Errors
///
/// The PEM has no usable root certificate, or too many.
pub fn pinned_roots(pem: &str) -> Result<RootCertStore, TlsSetupError> {
    if pem.len() > ROOT_PEM_BYTES_MAX {
        return Err(TlsSetupError::Count(pem.len()));
    }
    let roots = CertificateDer::pem_slice_iter(pem.as_bytes())
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| TlsSetupError::NotPem(error.to_string()))?;
    if roots.is_empty() || roots.len() > ROOTS_MAX {
        return Err(TlsSetupError::Count(roots.len()));
    }
    let mut store = RootCertStore::empty();
    for root in roots {
        store.add(root).map_err(TlsSetupError::Root)?;
    }
    Ok(store)
}

/// Why the other end of a TLS connection is not believed, or no TLS came about. Nothing was sent to it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TlsFault {
    /// Its certificate was issued by somebody else.
    #[error(
        "the certificate does not come from the root in the settings: take the root that the other end's maker or acquirer \
         gives (the one for tests differs from the live one); if it is the right one, somebody stands in between"
    )]
    OtherRoot,
    /// Its certificate has ended.
    #[error(
        "the certificate has expired: check the till's clock; if it is right, whoever runs the other end must renew it"
    )]
    Expired,
    /// Its certificate has not begun.
    #[error("the certificate is not valid yet: check the till's clock")]
    NotYetValid,
    /// It is another reader or another host.
    #[error(
        "the certificate at this address is for `{seen}`, expected `{expected}`: check the address and the name in the \
         settings (poi_id and certificate_suffix of a reader, certificate_name of a host)"
    )]
    OtherName {
        /// The names in the certificate; empty when it has none.
        seen: String,
        /// The names that are allowed.
        expected: String,
    },
    /// A certificate that cannot be used for another reason.
    #[error("the certificate cannot be used: {0}")]
    Certificate(String),
    /// It does not speak TLS, or not one that we speak.
    #[error("the address does not speak TLS 1.2 or 1.3: check the port ({0})")]
    NotTls(String),
}

impl From<&rustls::Error> for TlsFault {
    fn from(error: &rustls::Error) -> Self {
        let rustls::Error::InvalidCertificate(certificate) = error else {
            return Self::NotTls(error.to_string());
        };
        match certificate {
            CertificateError::UnknownIssuer | CertificateError::BadSignature => Self::OtherRoot,
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => Self::Expired,
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => Self::NotYetValid,
            CertificateError::NotValidForNameContext { expected, presented } => {
                Self::OtherName { seen: presented.join("`, `"), expected: expected.to_str().into_owned() }
            }
            CertificateError::Other(OtherError(other)) => {
                other.downcast_ref::<Self>().cloned().unwrap_or_else(|| Self::Certificate(other.to_string()))
            }
            other => Self::Certificate(other.to_string()),
        }
    }
}

impl TlsFault {
    /// What it is on the diagnosis ladder.
    #[must_use]
    pub const fn trouble(&self) -> TlsTrouble {
        match self {
            Self::OtherRoot => TlsTrouble::OtherRoot,
            Self::Expired => TlsTrouble::Expired,
            Self::NotYetValid => TlsTrouble::NotYetValid,
            Self::OtherName { .. } => TlsTrouble::OtherName,
            Self::Certificate(_) => TlsTrouble::Unusable,
            Self::NotTls(_) => TlsTrouble::NotTls,
        }
    }
}
