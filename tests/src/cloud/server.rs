//! The fake cloud behind a loopback port, on a thread of its own; it refuses to decide, the model does.

use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::State;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use futures_util::{future, stream};
use tokio::sync::oneshot;

use super::{Cloud, Delivery, Interval, Millis, Options, Request, Response, TlsPort};

/// A fake cloud at a loopback port; Graph and Entra ID share the port. Dropping it stops it.
#[derive(Debug)]
pub struct CloudServer {
    shared: Arc<Shared>,
    base_url: String,
    tls: Option<TlsPort>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    cloud: Mutex<Cloud>,
    started: Instant,
    rate: f64,
}

impl Shared {
    fn with<T>(&self, act: impl FnOnce(&mut Cloud, Millis) -> T) -> T {
        // A test that panicked while it looked at the cloud leaves it whole.
        let mut cloud = self.cloud.lock().unwrap_or_else(PoisonError::into_inner);
        let now = (self.started.elapsed().as_secs_f64() * 1_000.0 * self.rate) as Millis;
        act(&mut cloud, now)
    }
}

impl CloudServer {
    /// Starts a cloud whose clock runs `rate` times as fast as real time, from now. Its base URL is added to
    /// the Graph roots and becomes the place where user codes are typed.
    ///
    /// # Panics
    ///
    /// When the machine gives no loopback port or thread.
    pub fn start(options: Options, rate: f64) -> CloudServer {
        let (listener, address) = bound();
        CloudServer::at(format!("http://{address}"), options, rate, listener)
    }

    /// The same at an `https` port, to whoever trusts the authority of [`CloudServer::tls`].
    ///
    /// # Panics
    ///
    /// As [`CloudServer::start`].
    pub fn start_with_tls(options: Options, rate: f64) -> CloudServer {
        let ((listener, inside), (outside, address)) = (bound(), bound());
        let mut server = CloudServer::at(format!("https://{address}"), options, rate, listener);
        server.tls = Some(TlsPort::start(outside, inside));
        server
    }

    fn at(base_url: String, mut options: Options, rate: f64, listener: TcpListener) -> CloudServer {
        listener.set_nonblocking(true).expect("a fresh socket accepts its mode");
        options.graph_roots.push(base_url.clone());
        options.authority = base_url.clone();
        options.verification_uri = format!("{base_url}/devicelogin");
        let today = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        options.epoch = u64::try_from(today.as_millis()).unwrap_or(options.epoch);
        let seed = listener.local_addr().expect("a bound socket has an address").port();
        let cloud = Mutex::new(Cloud::new(options, u64::from(seed)));
        let shared = Arc::new(Shared { cloud, started: Instant::now(), rate });
        let (stop, stopped) = oneshot::channel();
        let serving = Arc::clone(&shared);
        let thread = std::thread::Builder::new().name("fake-cloud".into());
        let thread = thread.spawn(move || serve(listener, serving, stopped));
        let thread = Some(thread.expect("the system has room for one more thread"));
        CloudServer { shared, base_url, tls: None, stop: Some(stop), thread }
    }

    /// When the session of `oid` lapsed between `from` and now, on the cloud's clock.
    pub fn lapses(&self, oid: &str, from: Millis) -> Vec<Interval> {
        self.with(|cloud, now| cloud.lapses(oid, from, now))
    }

    /// The Graph root and the authority, without a closing slash.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The TLS in front of it.
    ///
    /// # Panics
    ///
    /// When it was started without.
    pub fn tls(&self) -> &TlsPort {
        self.tls.as_ref().expect("it was started with TLS")
    }

    /// Looks at the cloud or changes it, at its present time.
    pub fn with<T>(&self, act: impl FnOnce(&mut Cloud, Millis) -> T) -> T {
        self.shared.with(act)
    }

    /// Closes the port and every connection.
    pub fn stop(self) {}
}

impl Drop for CloudServer {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            // The thread's own panic has been reported where it happened.
            let _ = thread.join();
        }
    }
}

fn bound() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback always has a free port");
    let address = listener.local_addr().expect("a bound socket has an address");
    (listener, address)
}

fn serve(listener: TcpListener, shared: Arc<Shared>, stopped: oneshot::Receiver<()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("the system has room for one more event queue").block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener);
        let listener = listener.expect("a non-blocking socket joins the event queue");
        let router = Router::new().fallback(answer).with_state(shared);
        tokio::select! {
            _ = axum::serve(listener, router) => {}
            _ = stopped => {}
        }
    });
}

async fn answer(
    State(shared): State<Arc<Shared>>,
    request: axum::extract::Request,
) -> axum::response::Response {
    let request = read(request).await;
    // A task of its own, because a request lands even when its caller has hung up.
    let landing = tokio::spawn(land(shared, request));
    let response = landing.await.unwrap_or_else(|_| Response::empty(500));
    write(response)
}

async fn land(shared: Arc<Shared>, request: Request) -> Response {
    loop {
        let response = shared.with(|cloud, now| cloud.handle(now, request.clone()));
        match response.delivery {
            Delivery::LandsLate(ms) => tokio::time::sleep(Duration::from_millis(ms)).await,
            Delivery::Late(ms) => {
                tokio::time::sleep(Duration::from_millis(ms)).await;
                return response;
            }
            Delivery::Silent => std::future::pending().await,
            Delivery::Answer | Delivery::LostBefore | Delivery::LostAfter => return response,
        }
    }
}

async fn read(request: axum::extract::Request) -> Request {
    let (head, body) = request.into_parts();
    let header = |name| head.headers.get(name).and_then(|v| v.to_str().ok()).map(String::from);
    Request {
        method: head.method.as_str().to_owned().into(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or("").to_owned(),
        authorization: header(AUTHORIZATION),
        content_type: header(CONTENT_TYPE).map(Into::into),
        body: to_bytes(body, 1 << 20).await.unwrap_or_default().to_vec(),
    }
}

fn write(response: Response) -> axum::response::Response {
    let mut answer = axum::http::Response::builder();
    match response.delivery {
        Delivery::Answer | Delivery::Late(_) | Delivery::LandsLate(_) => {
            answer = answer.status(response.status);
            for (name, value) in response.headers {
                answer = answer.header(&*name, value);
            }
            answer.body(Body::from(response.body)).expect("the model's headers are ASCII")
        }
        // hyper drops the connection when the body fails before anything was flushed.
        Delivery::LostBefore | Delivery::LostAfter | Delivery::Silent => {
            let lost = Err::<Bytes, _>(std::io::Error::from(std::io::ErrorKind::ConnectionReset));
            let body = Body::from_stream(stream::once(future::ready(lost)));
            axum::http::Response::new(body)
        }
    }
}
