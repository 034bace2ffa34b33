//! The certificate of a simulated reader or host, made at its start: a root of its own and under it the reader's, named
//! as makers name readers, or the host's, named by its DNS name.

use std::fmt;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose, date_time_ymd,
};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// What is wrong with a certificate, for trying what a till says to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CertificateFlaw {
    /// Nothing.
    #[default]
    None,
    /// It ended years ago.
    Expired,
    /// It begins in many years.
    NotYetValid,
}

/// Why no certificate could be made.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// Keys or certificates could not be made.
    #[error("no certificate could be made: {0}")]
    Made(#[from] rcgen::Error),
    /// TLS does not take it.
    #[error("TLS does not take the certificate: {0}")]
    Used(#[from] rustls::Error),
}

/// A root, and under it a certificate ready to serve with.
#[derive(Clone)]
pub struct SimulatedCertificate {
    root_pem: String,
    config: Arc<ServerConfig>,
}

impl fmt::Debug for SimulatedCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimulatedCertificate").finish_non_exhaustive()
    }
}

impl SimulatedCertificate {
    /// Makes both for a reader: `common_name` is the only name in the certificate, as with real readers.
    ///
    /// # Errors
    ///
    /// The system has no random numbers, or the name cannot be in a certificate.
    pub fn of_reader(common_name: &str, flaw: CertificateFlaw) -> Result<Self, CertificateError> {
        Self::make(common_name, Vec::new(), flaw)
    }

    /// Makes both for a host: its DNS name is a subject alternative name, as RFC 6125 asks.
    ///
    /// # Errors
    ///
    /// The system has no random numbers, or the name cannot be in a certificate.
    pub fn of_host(dns_name: &str, flaw: CertificateFlaw) -> Result<Self, CertificateError> {
        Self::make(dns_name, vec![dns_name.to_owned()], flaw)
    }

    fn make(common_name: &str, dns_names: Vec<String>, flaw: CertificateFlaw) -> Result<Self, CertificateError> {
        let mut root = CertificateParams::new(Vec::new())?;
        root.distinguished_name = named("Stopgap simulated root");
        root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        root.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let root = CertifiedIssuer::self_signed(root, KeyPair::generate()?)?;

        let mut served = CertificateParams::new(dns_names)?;
        served.distinguished_name = named(common_name);
        served.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        (served.not_before, served.not_after) = match flaw {
            CertificateFlaw::None => (served.not_before, served.not_after),
            CertificateFlaw::Expired => (date_time_ymd(2020, 1, 1), date_time_ymd(2021, 1, 1)),
            CertificateFlaw::NotYetValid => (date_time_ymd(2090, 1, 1), date_time_ymd(2091, 1, 1)),
        };
        let key = KeyPair::generate()?;
        let certificate = served.signed_by(&key, &root)?;
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)?;
        Ok(Self { root_pem: root.pem(), config: Arc::new(config) })
    }

    /// The root, for the till's settings.
    #[must_use]
    pub fn root_pem(&self) -> &str {
        &self.root_pem
    }

    /// The certificate and its key, for a server.
    #[must_use]
    pub fn server_config(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.config)
    }
}

fn named(common_name: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, common_name);
    name
}
