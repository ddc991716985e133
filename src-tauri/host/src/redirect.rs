//! Owns the loopback redirect of a browser sign-in ("Redirect URI restrictions", RFC 8252 section 7.3): the
//! right path and state, once. Refuses everything else without minding it.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use presence_core::words::{self, Page};
use presence_core::{Sentence, language};
use presence_wire::redirect::{self, Callback, Head, Verdict, judge};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

#[cfg_attr(target_os = "linux", path = "redirect/linux.rs")]
#[cfg_attr(windows, path = "redirect/windows.rs")]
#[cfg_attr(target_os = "macos", path = "redirect/macos.rs")]
mod os;

/// The most of a request that is read, bytes.
const HEAD: usize = 16 * 1024;
/// How many ports are tried until one is free on both addresses.
const TRIES: u32 = 10;
/// How many visitors are heard at the same time: browsers connect ahead of time and stay silent.
const VISITORS: usize = 16;
/// How long a visitor may take to ask, and as long to read its page.
const VISIT: Duration = Duration::from_secs(3);
/// The pause after a connection that could not be accepted.
const PAUSE: Duration = Duration::from_millis(200);

/// Listens where `http://localhost:{port}` leads: 127.0.0.1, and ::1 where it exists.
pub(crate) struct Listener {
    v4: TcpListener,
    v6: Option<TcpListener>,
    port: u16,
}

impl Listener {
    pub(crate) async fn open() -> io::Result<Listener> {
        let mut taken = io::Error::from(io::ErrorKind::AddrInUse);
        for _ in 0..TRIES {
            let v4 = TcpListener::bind(("127.0.0.1", 0)).await?;
            let port = v4.local_addr()?.port();
            match TcpListener::bind(("::1", port)).await {
                Ok(v6) => return Ok(Listener { v4, v6: Some(v6), port }),
                // A browser may try ::1 first: it must not meet somebody else there.
                Err(error) if error.kind() == io::ErrorKind::AddrInUse => taken = error,
                Err(_) => return Ok(Listener { v4, v6: None, port }),
            }
        }
        Err(taken)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Waits for the one request that carries `state`; its browser waits for a page.
    pub(crate) async fn receive(self, state: &str) -> (Callback, Browser) {
        let state: Arc<str> = state.into();
        let mut visits = JoinSet::new();
        loop {
            tokio::select! {
                biased;
                Some(visit) = visits.join_next() => {
                    if let Ok(Some(came)) = visit {
                        return came;
                    }
                }
                accepted = self.accept(), if visits.len() < VISITORS => match accepted {
                    // They can read the state in our browser's command line.
                    Ok(stream) if is_of_another_user(&stream) => {
                        tracing::warn!("another user of this machine came to the sign-in");
                    }
                    Ok(stream) => drop(visits.spawn(visit(stream, state.clone()))),
                    Err(error) => {
                        tracing::debug!(%error, "a visitor could not be let in");
                        tokio::time::sleep(PAUSE).await;
                    }
                },
            }
        }
    }

    async fn accept(&self) -> io::Result<TcpStream> {
        let Some(v6) = &self.v6 else { return Ok(self.v4.accept().await?.0) };
        tokio::select! {
            came = self.v4.accept() => Ok(came?.0),
            came = v6.accept() => Ok(came?.0),
        }
    }
}

/// Whether that can be told, and is so.
fn is_of_another_user(stream: &TcpStream) -> bool {
    let ends = stream.peer_addr().and_then(|peer| Ok((peer, stream.local_addr()?)));
    match ends.and_then(|(peer, here)| os::is_of_another(peer, here)) {
        Ok(is_theirs) => is_theirs,
        Err(error) => {
            tracing::debug!(%error, "nobody tells who came to the sign-in");
            false
        }
    }
}

/// The browser that brought what was waited for.
pub(crate) struct Browser(TcpStream);

impl Browser {
    /// Shows it a page.
    pub(crate) async fn show(mut self, page: Page) {
        answer(&mut self.0, "200 OK", page).await;
    }
}

async fn visit(mut stream: TcpStream, state: Arc<str>) -> Option<(Callback, Browser)> {
    // A visitor that fails, or stays silent, is not the browser.
    let target = tokio::time::timeout(VISIT, read_target(&mut stream)).await.ok()?.ok()?;
    let (status, page) = match target.as_deref().map(|target| judge(target, &state)) {
        Some(Verdict::Ours(came)) => return Some((came, Browser(stream))),
        Some(Verdict::Stranger) => ("400 Bad Request", words::PAGE_OF_ANOTHER),
        Some(Verdict::Nothing) | None => ("404 Not Found", words::PAGE_NOTHING),
    };
    answer(&mut stream, status, page).await;
    None
}

async fn answer(stream: &mut TcpStream, status: &str, page: Page) {
    match tokio::time::timeout(VISIT, write(stream, status, &html(page))).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!(%error, "the browser did not wait for its page"),
        Err(_) => tracing::debug!("the browser did not read its page"),
    }
}

async fn write(stream: &mut TcpStream, status: &str, page: &str) -> io::Result<()> {
    let answer = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\
         Cache-Control: no-store\r\nContent-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\n\
         Referrer-Policy: no-referrer\r\nConnection: close\r\n\r\n{page}",
        page.len()
    );
    stream.write_all(answer.as_bytes()).await?;
    stream.shutdown().await
}

/// The target of a GET request; `None` for anything else.
async fn read_target(stream: &mut TcpStream) -> io::Result<Option<String>> {
    let mut head = Vec::new();
    let mut chunk = [0u8; 2048];
    loop {
        let count = stream.read(&mut chunk).await?;
        if count == 0 || head.len() + count > HEAD {
            return Ok(None);
        }
        head.extend_from_slice(&chunk[..count]);
        match redirect::read(&head) {
            Head::Partial => {}
            Head::Get(target) => return Ok(Some(target)),
            Head::Other => return Ok(None),
        }
    }
}

fn html(Page { title, text }: Page) -> String {
    let language = language::current().code();
    let (title, text) = (title.said(), text.map(Sentence::said).unwrap_or_default());
    format!(
        "<!doctype html><html lang=\"{language}\"><meta charset=\"utf-8\"><title>{title}</title>\
         <style>:root{{color-scheme:light dark}}body{{font:16px/1.5 system-ui,sans-serif;display:grid;\
         place-content:center;min-height:90vh;text-align:center}}h1{{font-size:1.4em}}</style>\
         <h1>{title}</h1><p>{text}</p></html>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_stranger_does_not_end_the_wait() {
        let listener = Listener::open().await.unwrap();
        let port = listener.port();
        let wait = tokio::spawn(async move {
            let (came, browser) = listener.receive("right").await;
            browser.show(words::PAGE_SIGNED_IN).await;
            came
        });
        let ask = |target: &'static str| async move {
            let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
            stream
                .write_all(format!("GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n").as_bytes())
                .await
                .unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.unwrap();
            answer
        };
        assert!(ask("/?code=c&state=wrong").await.starts_with("HTTP/1.1 400"));
        assert!(ask("/favicon.ico").await.starts_with("HTTP/1.1 404"));
        assert!(ask("/?code=c&state=right").await.contains("You can close this tab"));
        assert!(matches!(wait.await.unwrap(), Callback::Code(code) if code.secret() == "c"));
    }

    #[tokio::test]
    async fn silent_visitors_delay_nobody_and_too_many_only_for_a_while() {
        let listener = Listener::open().await.unwrap();
        let port = listener.port();
        let wait = tokio::spawn(async move { listener.receive("right").await });
        let mut silent = Vec::new();
        for _ in 0..VISITORS + 4 {
            silent.push(TcpStream::connect(("127.0.0.1", port)).await.unwrap());
        }
        let mut browser = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        browser.write_all(b"GET /?code=c&state=right HTTP/1.1\r\n\r\n").await.unwrap();
        let came = tokio::time::timeout(4 * VISIT, wait).await.unwrap();
        assert!(matches!(came.unwrap().0, Callback::Code(code) if code.secret() == "c"));
    }
}
