//! Whom the till believes to be its reader: TLS with one pinned root and the reader's name in the certificate.
//!
//! A reader's certificate chains to its maker's root and bears the reader's id as Common Name of the subject
//! (`P400-123456789.live.terminal.…`), not its address, and often no subject alternative name: the usual check of names
//! (RFC 6125) always fails, and turning the check off is the usual, wrong, repair. So the chain is checked as always
//! (webpki, against the pinned root only), and then the name by the maker's rule. There is no way to accept any other
//! certificate.

use std::fmt;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_cert_signed_by_trust_anchor;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, OtherError, RootCertStore, ServerConfig, SignatureScheme,
};
use x509_cert::Certificate;
use x509_cert::der::Decode;

use crate::outside::tls::{TlsFault, TlsSetupError, pinned_roots};

/// The name that makers give readers whose own certificate has not been made yet.
const LEGACY_NAME: &str = "legacy-terminal-certificate";

/// How a reader is named in its certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateNames(Vec<String>);

impl CertificateNames {
    /// The names of the reader with this `POIID`: with a suffix `POIID.suffix`, without one the `POIID` itself.
    ///
    /// `legacy` also takes the maker's common certificate. Every reader of the maker may have that one, so it proves
    /// the maker and not the reader; the messages' own encryption has to prove the rest.
    #[must_use]
    pub fn of(poi_id: &str, suffix: Option<&str>, legacy: bool) -> Self {
        let Some(suffix) = suffix.map(|suffix| suffix.trim_start_matches('.')) else {
            return Self(vec![poi_id.to_owned()]);
        };
        let mut names = vec![format!("{poi_id}.{suffix}")];
        if legacy {
            names.push(format!("{LEGACY_NAME}.{suffix}"));
        }
        Self(names)
    }

    fn allow(&self, name: &str) -> bool {
        // Common Names of this form are host names, which do not differ by case (RFC 4343).
        self.0.iter().any(|allowed| allowed.eq_ignore_ascii_case(name))
    }
}

impl fmt::Display for CertificateNames {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("` or `"))
    }
}

/// TLS towards one reader.
#[derive(Clone, Debug)]
pub struct NexoTls {
    config: Arc<ClientConfig>,
}

impl NexoTls {
    /// TLS that believes a server whose certificate chains to a root in `root_pem` and bears one of `names`.
    ///
    /// # Errors
    ///
    /// The PEM has no usable root certificate, or too many.
    pub fn new(root_pem: &str, names: CertificateNames) -> Result<Self, TlsSetupError> {
        let store = pinned_roots(root_pem)?;
        let provider = Arc::new(ring::default_provider());
        let verifier = ReaderVerifier { roots: store, names, provider: Arc::clone(&provider) };
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(TlsSetupError::Root)?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth();
        Ok(Self { config: Arc::new(config) })
    }

    pub(super) fn config(&self) -> Arc<ClientConfig> {
        Arc::clone(&self.config)
    }
}

/// The till's own certificate and its key, both PEM, for listening to a reader's events over TLS.
///
/// # Errors
///
/// One of them is no PEM, or the two do not belong together.
pub fn event_tls(certificates_pem: &str, key_pem: &str) -> Result<Arc<ServerConfig>, TlsSetupError> {
    let not_pem = |error: pem::Error| TlsSetupError::NotPem(error.to_string());
    let chain = CertificateDer::pem_slice_iter(certificates_pem.as_bytes()).collect::<Result<Vec<_>, _>>();
    let chain = chain.map_err(not_pem)?;
    let key = PrivateKeyDer::from_pem_slice(key_pem.as_bytes()).map_err(not_pem)?;
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|config| config.with_no_client_auth().with_single_cert(chain, key))
        .map_err(TlsSetupError::Root)?;
    Ok(Arc::new(config))
}

/// Checks chain, purpose and time like any client, and then the name by [`CertificateNames`].
#[derive(Debug)]
struct ReaderVerifier {
    roots: RootCertStore,
    names: CertificateNames,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for ReaderVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let parsed = ParsedCertificate::try_from(end_entity)?;
        let algorithms = self.provider.signature_verification_algorithms.all;
        verify_server_cert_signed_by_trust_anchor(&parsed, &self.roots, intermediates, now, algorithms)?;
        let seen = common_name(end_entity).unwrap_or_default();
        if self.names.allow(&seen) {
            return Ok(ServerCertVerified::assertion());
        }
        let fault = TlsFault::OtherName { seen, expected: self.names.to_string() };
        Err(rustls::Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(fault)))))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, cert, dss, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, cert, dss, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// The first Common Name of the subject; `None` when there is none that is text.
fn common_name(certificate: &CertificateDer<'_>) -> Option<String> {
    let parsed = Certificate::from_der(certificate.as_ref()).ok()?;
    let name = parsed.tbs_certificate().subject().common_name().ok()??;
    Some(name.value().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outside::tls::{ROOT_PEM_BYTES_MAX, ROOTS_MAX};

    #[test]
    fn a_reader_is_known_by_its_own_id_only() {
        let names = |suffix, legacy| CertificateNames::of("P400-123456789", suffix, legacy);
        let suffix = Some("live.terminal.example");
        for (names, name, allowed) in [
            (names(None, false), "P400-123456789", true),
            (names(None, true), "legacy-terminal-certificate", false),
            (names(suffix, false), "P400-123456789.live.terminal.example", true),
            (names(Some(".live.terminal.example"), false), "p400-123456789.LIVE.terminal.example", true),
            (names(suffix, false), "P400-123456789", false),
            (names(suffix, false), "P400-123456780.live.terminal.example", false),
            (names(suffix, false), "P400-123456789.test.terminal.example", false),
            (names(suffix, false), "xP400-123456789.live.terminal.example", false),
            (names(suffix, false), "P400-123456789.live.terminal.example.evil", false),
            (names(suffix, false), "P400-123456789xlive.terminal.example", false),
            (names(suffix, false), "legacy-terminal-certificate.live.terminal.example", false),
            (names(suffix, true), "legacy-terminal-certificate.live.terminal.example", true),
            (names(suffix, true), "", false),
        ] {
            assert_eq!(names.allow(name), allowed, "{names} {name}");
        }
    }

    #[test]
    fn a_file_without_a_usable_root_is_refused() {
        let names = CertificateNames::of("P", None, false);
        let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        let long = "x".repeat(ROOT_PEM_BYTES_MAX + 1);
        let many = broken.repeat(ROOTS_MAX + 1);
        for (pem, says) in [
            ("", "it has 0"),
            ("no PEM", "it has 0"),
            (broken, "cannot be used"),
            ("-----BEGIN CERTIFICATE-----\n***\n-----END CERTIFICATE-----\n", "not a PEM"),
            (&many, "it has 9"),
            (&long, "it has 65537"),
        ] {
            let error = NexoTls::new(pem, names.clone()).unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
        }
    }

    #[test]
    fn the_tills_own_certificate_needs_its_own_key() {
        let make = || rcgen::generate_simple_self_signed(Vec::new()).unwrap();
        let (ours, other) = (make(), make());
        let key = |made: &rcgen::CertifiedKey<rcgen::KeyPair>| made.signing_key.serialize_pem();
        assert!(event_tls(&ours.cert.pem(), &key(&ours)).is_ok());
        for (certificate, key, says) in [
            (ours.cert.pem(), key(&other), "cannot be used"),
            (String::new(), key(&ours), "cannot be used"),
            (ours.cert.pem(), String::new(), "not a PEM"),
        ] {
            let error = event_tls(&certificate, &key).unwrap_err().to_string();
            assert!(error.contains(says) && !error.contains("PRIVATE"), "{error}");
        }
    }
}
