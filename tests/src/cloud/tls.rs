//! TLS in front of the fake cloud: authorities that issue certificates, right and wrong ones, and a port that shows one
//! of them. Refuses to know what passes.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

/// The names that the fake cloud's certificates are for.
const HOSTS: [&str; 4] = ["127.0.0.1", "localhost", "login.cloud.test", "graph.cloud.test"];

/// A certificate that the port can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certificate {
    /// As it should be.
    Good,
    /// Ended in 2020.
    Expired,
    /// Begins in 2100.
    NotYetValid,
    /// For `elsewhere.test`.
    OfAnotherHost,
    /// Issued by itself.
    SelfSigned,
    /// Issued by the authority of a proxy that decrypts TLS, as it makes one for each host.
    OfProxy,
}

/// An authority that issues certificates.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

/// A port that speaks TLS and hands on what is inside. Dropping it closes it.
#[derive(Debug)]
pub struct TlsPort {
    shown: Option<watch::Sender<Arc<ServerConfig>>>,
    thread: Option<JoinHandle<()>>,
    cloud: Arc<Authority>,
    proxy: Arc<Authority>,
}

impl Authority {
    /// A new one of this common name.
    ///
    /// # Panics
    /// When the system has no random numbers.
    pub fn new(name: &str) -> Authority {
        let mut params = named(&[], name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
        let key = KeyPair::generate().expect("the system has random numbers");
        let pem = params.self_signed(&key).expect("a fresh key signs").pem();
        Authority { issuer: Issuer::new(params, key), pem }
    }

    /// Its own certificate, as trust stores have it.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    fn issue(&self, params: &CertificateParams) -> Arc<ServerConfig> {
        let key = KeyPair::generate().expect("the system has random numbers");
        let issued = params.signed_by(&key, &self.issuer).expect("an authority signs");
        showing(issued.der().clone(), &key)
    }
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Authority")
    }
}

impl TlsPort {
    /// Speaks TLS at `listener` with a good certificate, and hands on to `cloud`.
    ///
    /// # Panics
    /// When the machine gives no thread.
    pub fn start(listener: TcpListener, cloud: SocketAddr) -> TlsPort {
        let authority = Arc::new(Authority::new("Fake Cloud CA"));
        let proxy = Arc::new(Authority::new("Contoso Web Gateway"));
        let (shown, config) = watch::channel(issued(Certificate::Good, &authority, &proxy));
        let thread = std::thread::Builder::new().name("fake-cloud-tls".into());
        let thread = thread.spawn(move || serve(listener, cloud, config));
        let thread = Some(thread.expect("the system has room for one more thread"));
        TlsPort { shown: Some(shown), thread, cloud: authority, proxy }
    }

    /// Shows this certificate from now on, and closes every connection.
    pub fn show(&self, certificate: Certificate) {
        let config = issued(certificate, &self.cloud, &self.proxy);
        self.shown.as_ref().expect("it runs until it is dropped").send_replace(config);
    }

    /// The authority to trust.
    pub fn authority(&self) -> &Authority {
        &self.cloud
    }

    /// The authority of [`Certificate::OfProxy`].
    pub fn proxy_authority(&self) -> &Authority {
        &self.proxy
    }
}

impl Drop for TlsPort {
    fn drop(&mut self) {
        self.shown.take();
        if let Some(thread) = self.thread.take() {
            // The thread's own panic has been reported where it happened.
            let _ = thread.join();
        }
    }
}

fn issued(certificate: Certificate, cloud: &Authority, proxy: &Authority) -> Arc<ServerConfig> {
    let mut params = named(&HOSTS, HOSTS[0]);
    match certificate {
        Certificate::Good => {}
        Certificate::Expired => params.not_after = date_time_ymd(2020, 1, 1),
        Certificate::NotYetValid => params.not_before = date_time_ymd(2100, 1, 1),
        Certificate::OfAnotherHost => params = named(&["elsewhere.test"], "elsewhere.test"),
        Certificate::SelfSigned => {
            let key = KeyPair::generate().expect("the system has random numbers");
            let own = params.self_signed(&key).expect("a fresh key signs");
            return showing(own.der().clone(), &key);
        }
        Certificate::OfProxy => return proxy.issue(&params),
    }
    cloud.issue(&params)
}

fn named(hosts: &[&str], name: &str) -> CertificateParams {
    let hosts: Vec<String> = hosts.iter().map(|&host| host.to_owned()).collect();
    let mut params = CertificateParams::new(hosts).expect("they are names and addresses");
    params.distinguished_name.push(DnType::CommonName, name);
    params
}

fn showing(certificate: CertificateDer<'static>, key: &KeyPair) -> Arc<ServerConfig> {
    let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring has the usual versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key);
    Arc::new(config.expect("key and certificate belong together"))
}

fn serve(listener: TcpListener, cloud: SocketAddr, mut shown: watch::Receiver<Arc<ServerConfig>>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("the system has room for one more event queue").block_on(async {
        listener.set_nonblocking(true).expect("a socket accepts its mode");
        let listener = tokio::net::TcpListener::from_std(listener);
        let listener = listener.expect("a non-blocking socket joins the event queue");
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                changed = shown.changed() => match changed {
                    Ok(()) => connections = JoinSet::new(),
                    Err(_) => return,
                },
                Ok((program, _)) = listener.accept() => {
                    connections.spawn(pass(program, shown.borrow().clone(), cloud));
                }
            }
        }
    });
}

/// Until one side hangs up, or refuses the other.
async fn pass(program: TcpStream, shown: Arc<ServerConfig>, cloud: SocketAddr) {
    let Ok(mut inside) = TlsAcceptor::from(shown).accept(program).await else { return };
    let Ok(mut cloud) = TcpStream::connect(cloud).await else { return };
    let _ = tokio::io::copy_bidirectional(&mut inside, &mut cloud).await;
}
