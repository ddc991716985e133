//! Owns the loopback redirect of a browser sign-in ("Redirect URI restrictions", RFC 8252 section 7.3): the
//! right path and state, once. Refuses everything else without minding it.

use std::io;
use std::time::Duration;

use oauth2::AuthorizationCode;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

use crate::entra::EntraError;

/// The most of a request that is read, bytes.
const HEAD: usize = 16 * 1024;
/// How many ports are tried until one is free on both addresses.
const TRIES: u32 = 10;
/// How long one visitor may take.
const VISIT: Duration = Duration::from_secs(10);

/// What the browser brought.
pub(crate) enum Came {
    Code(AuthorizationCode),
    Refused(EntraError),
}

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

    /// Waits for the one request that carries `state`, and answers it with a small page.
    pub(crate) async fn receive(self, state: &str) -> io::Result<Came> {
        loop {
            let stream = self.accept().await?;
            // A visitor that fails, or stays silent, is not the browser.
            if let Ok(Ok(Some(came))) = tokio::time::timeout(VISIT, visit(stream, state)).await {
                return Ok(came);
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

async fn visit(mut stream: TcpStream, state: &str) -> io::Result<Option<Came>> {
    let target = read_target(&mut stream).await?;
    let (came, status, page) = match target.as_deref().map(|target| judge(target, state)) {
        Some(Judged::Came(came @ Came::Code(_))) => {
            (Some(came), "200 OK", page("You are signed in", "You can close this tab."))
        }
        Some(Judged::Came(came @ Came::Refused(_))) => (
            Some(came),
            "200 OK",
            page("You are not signed in", "Presence Tray says why. You can close this tab."),
        ),
        Some(Judged::Stranger) => (
            None,
            "400 Bad Request",
            page(
                "This is not the sign-in that Presence Tray waits for",
                "It may be an older tab. Close it, and choose “Sign in…” in the tray menu again.",
            ),
        ),
        Some(Judged::Nothing) | None => (None, "404 Not Found", page("There is nothing here", "")),
    };
    let answer = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\
         Cache-Control: no-store\r\nContent-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\n\
         Referrer-Policy: no-referrer\r\nConnection: close\r\n\r\n{page}",
        page.len()
    );
    // What came counts, even if the browser has gone.
    if let Err(error) = stream.write_all(answer.as_bytes()).await {
        tracing::debug!(%error, "the browser did not wait for its page");
    }
    let _ = stream.shutdown().await;
    Ok(came)
}

/// The target of a GET request; `None` for anything else.
async fn read_target(stream: &mut TcpStream) -> io::Result<Option<String>> {
    let mut head = Vec::new();
    let mut chunk = [0u8; 2048];
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        let count = stream.read(&mut chunk).await?;
        if count == 0 || head.len() + count > HEAD {
            return Ok(None);
        }
        head.extend_from_slice(&chunk[..count]);
    }
    let text = String::from_utf8_lossy(&head);
    let mut words = text.lines().next().unwrap_or_default().split(' ');
    Ok(match (words.next(), words.next()) {
        (Some("GET"), Some(target)) => Some(target.to_owned()),
        _ => None,
    })
}

enum Judged {
    Came(Came),
    /// A redirect, but not of this attempt.
    Stranger,
    Nothing,
}

fn judge(target: &str, state: &str) -> Judged {
    let Ok(url) = Url::parse("http://localhost").and_then(|root| root.join(target)) else {
        return Judged::Nothing;
    };
    if url.path() != "/" || url.query().is_none() {
        return Judged::Nothing;
    }
    let value = |name: &str| {
        url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    };
    if value("state").as_deref() != Some(state) {
        return Judged::Stranger;
    }
    match (value("code"), value("error")) {
        (Some(code), None) => Judged::Came(Came::Code(AuthorizationCode::new(code))),
        (_, Some(error)) => Judged::Came(Came::Refused(EntraError {
            error,
            error_description: value("error_description"),
            suberror: value("error_subcode"),
            ..EntraError::default()
        })),
        (None, None) => Judged::Nothing,
    }
}

fn page(title: &str, text: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{title}</title>\
         <style>:root{{color-scheme:light dark}}body{{font:16px/1.5 system-ui,sans-serif;display:grid;\
         place-content:center;min-height:90vh;text-align:center}}h1{{font-size:1.4em}}</style>\
         <h1>{title}</h1><p>{text}</p></html>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_path_and_state_count() {
        assert!(matches!(judge("/?code=c&state=s", "s"), Judged::Came(Came::Code(_))));
        assert!(matches!(
            judge("/?error=access_denied&state=s", "s"),
            Judged::Came(Came::Refused(_))
        ));
        assert!(matches!(judge("/?code=c&state=other", "s"), Judged::Stranger));
        assert!(matches!(judge("/?code=c", "s"), Judged::Stranger));
        assert!(matches!(judge("/favicon.ico", "s"), Judged::Nothing));
        assert!(matches!(judge("/x?code=c&state=s", "s"), Judged::Nothing));
    }

    #[tokio::test]
    async fn a_stranger_does_not_end_the_wait() {
        let listener = Listener::open().await.unwrap();
        let port = listener.port();
        let wait = tokio::spawn(async move { listener.receive("right").await });
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
        assert!(matches!(wait.await.unwrap().unwrap(), Came::Code(code) if code.secret() == "c"));
    }
}
