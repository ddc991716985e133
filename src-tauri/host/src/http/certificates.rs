//! Owns what is told of a certificate that the system does not accept: its flaw and its issuer. Refuses to judge it
//! otherwise than the system does.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use presence_core::{BadCertificate, Flaw};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, OtherError, SignatureScheme};
use rustls_platform_verifier::Verifier;
use webpki::EndEntityCert;

/// TLS that trusts what the system trusts now.
pub(super) fn trusting_the_system() -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let system = Telling(Verifier::new(provider.clone())?);
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(system))
        .with_no_client_auth())
}

/// What is wrong with the certificate that ended a handshake with `error`.
pub(super) fn refused(error: &(dyn Error + 'static)) -> Option<BadCertificate> {
    let rustls::Error::InvalidCertificate(CertificateError::Other(OtherError(told))) =
        error.downcast_ref()?
    else {
        return None;
    };
    told.downcast_ref().map(|Refused(certificate)| certificate.clone())
}

/// The system's verifier, which does not say who issued what it refuses.
#[derive(Debug)]
struct Telling(Verifier);

#[derive(Debug)]
struct Refused(BadCertificate);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

impl Error for Refused {}

impl ServerCertVerifier for Telling {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let judged =
            self.0.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        judged.map_err(|error| {
            let rustls::Error::InvalidCertificate(why) = error else { return error };
            let told = Arc::new(Refused(told(&why, end_entity)));
            rustls::Error::InvalidCertificate(CertificateError::Other(OtherError(told)))
        })
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.0.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.0.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_verify_schemes()
    }
}

fn told(why: &CertificateError, certificate: &CertificateDer<'_>) -> BadCertificate {
    let parsed = EndEntityCert::try_from(certificate).ok();
    let is_self_signed = parsed.as_ref().is_some_and(|parsed| parsed.issuer() == parsed.subject());
    #[expect(clippy::wildcard_enum_match_arm, reason = "every other flaw is one thing here")]
    let flaw = match why {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => Flaw::Expired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            Flaw::NotYetValid
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            Flaw::OtherHost
        }
        _ if is_self_signed => Flaw::SelfSigned,
        CertificateError::UnknownIssuer => Flaw::UnknownIssuer,
        _ => Flaw::Other,
    };
    let issuer = parsed.and_then(|parsed| name(parsed.issuer()));
    BadCertificate { flaw, issuer }
}

/// The common name in a distinguished name (RFC 5280, section 4.1.2.4), or else its organisation.
fn name(distinguished: &[u8]) -> Option<String> {
    const COMMON_NAME: [u8; 5] = [6, 3, 0x55, 4, 3];
    const ORGANISATION: [u8; 5] = [6, 3, 0x55, 4, 10];
    [COMMON_NAME, ORGANISATION].iter().find_map(|kind| {
        let at = distinguished.windows(kind.len()).rposition(|bytes| bytes == kind)?;
        // A tag of some string and a length below 128; longer names are no names.
        let [_, length @ ..=127, rest @ ..] = &distinguished[at + kind.len()..] else {
            return None;
        };
        let text = String::from_utf8_lossy(rest.get(..usize::from(*length))?);
        Some(presence_wire::text(&text)).filter(|text| !text.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_is_named_by_its_common_name_or_organisation_and_cleanly() {
        let part = |kind: u8, text: &str| {
            let text = [&[0x0c, u8::try_from(text.len()).unwrap()], text.as_bytes()].concat();
            [&[0x31, 20, 0x30, 18, 6, 3, 0x55, 4, kind], &text[..]].concat()
        };
        let both = [part(10, "Contoso"), part(3, "Web\u{1b}[31m Gateway\u{202e}")].concat();
        assert_eq!(name(&both).as_deref(), Some("Web[31m Gateway"));
        assert_eq!(name(&part(10, "Contoso")).as_deref(), Some("Contoso"));
        assert_eq!(name(&part(3, "")), None);
        assert_eq!(name(&both[..both.len() - 1]).as_deref(), Some("Contoso"), "cut off");
        assert_eq!(name(&[]), None);
    }
}
