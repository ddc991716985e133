//! A server that behaves as broken proxies, captive networks and attackers do; refuses to be a good one, except
//! when asked to.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How the server meets a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Behaviour {
    /// As the service would: 200 with an empty body, or a presence for a GET.
    Good,
    /// Takes no connection at all.
    Refuses,
    /// Closes in the middle of an announced body.
    ResetsMidBody,
    /// Takes the request and never answers.
    Stalls,
    /// Sends a byte of an endless header every second.
    Trickles,
    /// Answers with a body of this many bytes.
    Floods(u64),
    /// Says JSON, and is none.
    BrokenJson,
    /// A page, with status 200.
    Page,
    /// Sends the client to this address.
    Redirects(String),
    /// Answers what is not HTTP.
    Babbles,
    /// Answers with this head (status, then headers, joined by `\r\n`) and this body.
    Says(String, String),
}

/// What a request brought that an attacker would want.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// How many requests came.
    pub requests: u32,
    /// How many of them carried a token.
    pub tokens: u32,
}

/// A loopback server whose behaviour can be changed while it runs. Its thread ends with the process.
#[derive(Debug)]
pub struct Hostile {
    base_url: String,
    shared: Arc<Mutex<(Behaviour, Seen)>>,
}

impl Behaviour {
    /// A page of a proxy's, with this status and these headers.
    pub fn page(status: &str, headers: &[&str]) -> Behaviour {
        let mut head = vec![status, "content-type: text/html"];
        head.extend(headers);
        Behaviour::Says(head.join("\r\n"), "<html>This is your proxy speaking</html>".to_owned())
    }

    /// An error of Graph's own, as JSON.
    pub fn graph_error(status: &str, headers: &[&str], code: &str, message: &str) -> Behaviour {
        let mut head = vec![status, "content-type: application/json", "request-id: r-1"];
        head.extend(headers);
        let body = serde_json::json!({"error": {"code": code, "message": message}});
        Behaviour::Says(head.join("\r\n"), body.to_string())
    }
}

impl Hostile {
    /// Starts with this behaviour.
    ///
    /// # Errors
    /// When the machine gives no port.
    pub fn start(behaviour: Behaviour) -> io::Result<Hostile> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let base_url = format!("http://{}", listener.local_addr()?);
        let shared = Arc::new(Mutex::new((behaviour, Seen::default())));
        let serving = shared.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let serving = serving.clone();
                // A client that hangs up ends the talk.
                std::thread::spawn(move || drop(talk(stream, &serving)));
            }
        });
        Ok(Hostile { base_url, shared })
    }

    /// `http://127.0.0.1:{port}`.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Behaves like this from now on.
    pub fn behave(&self, behaviour: Behaviour) {
        self.with(|(old, _)| *old = behaviour);
    }

    /// What came so far.
    pub fn seen(&self) -> Seen {
        self.with(|(_, seen)| seen.clone())
    }

    fn with<T>(&self, act: impl FnOnce(&mut (Behaviour, Seen)) -> T) -> T {
        act(&mut self.shared.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn talk(mut stream: TcpStream, shared: &Mutex<(Behaviour, Seen)>) -> io::Result<()> {
    let behaviour = shared.lock().unwrap_or_else(PoisonError::into_inner).0.clone();
    if behaviour == Behaviour::Refuses {
        return Ok(());
    }
    let (is_get, has_token) = read_request(&stream)?;
    {
        let (_, seen) = &mut *shared.lock().unwrap_or_else(PoisonError::into_inner);
        seen.requests += 1;
        seen.tokens += u32::from(has_token);
    }
    match behaviour {
        Behaviour::Refuses => Ok(()),
        Behaviour::Good => {
            let presence = r#"{"id":"x","availability":"Away","activity":"Away"}"#;
            let body = if is_get { presence } else { "" };
            answer(&mut stream, "200 OK", "application/json", body)
        }
        Behaviour::ResetsMidBody => {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nhalf")
        }
        Behaviour::Stalls => loop_until_closed(&mut stream, b""),
        Behaviour::Trickles => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nx-slow: ")?;
            loop_until_closed(&mut stream, b"a")
        }
        Behaviour::Floods(bytes) => flood(&mut stream, bytes),
        Behaviour::BrokenJson => {
            answer(&mut stream, "401 Unauthorized", "application/json", "{\"err")
        }
        Behaviour::Page => {
            answer(&mut stream, "200 OK", "text/html", "<html>Please sign in</html>")
        }
        Behaviour::Redirects(to) => {
            let head = format!("HTTP/1.1 307 Temporary Redirect\r\nlocation: {to}\r\n");
            stream.write_all(
                format!("{head}content-length: 0\r\nconnection: close\r\n\r\n").as_bytes(),
            )
        }
        Behaviour::Says(head, body) => {
            let length = body.len();
            let rest = format!("content-length: {length}\r\nconnection: close\r\n\r\n{body}");
            stream.write_all(format!("HTTP/1.1 {head}\r\n{rest}").as_bytes())
        }
        Behaviour::Babbles => stream.write_all(b"SSH-2.0-OpenSSH_9.2\r\n"),
    }
}

fn answer(stream: &mut TcpStream, status: &str, kind: &str, body: &str) -> io::Result<()> {
    let head = format!("HTTP/1.1 {status}\r\ncontent-type: {kind}\r\nconnection: close\r\n");
    stream.write_all(format!("{head}content-length: {}\r\n\r\n{body}", body.len()).as_bytes())
}

fn flood(stream: &mut TcpStream, bytes: u64) -> io::Result<()> {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {bytes}\r\n\r\n");
    stream.write_all(head.as_bytes())?;
    let chunk = [b' '; 64 * 1024];
    for _ in 0..bytes / chunk.len() as u64 {
        stream.write_all(&chunk)?;
    }
    Ok(())
}

/// Sends `bytes` every second until the client hangs up.
fn loop_until_closed(stream: &mut TcpStream, bytes: &[u8]) -> io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(1)))?;
    let mut byte = [0u8; 1];
    loop {
        stream.write_all(bytes)?;
        match stream.read(&mut byte) {
            Ok(0) => return Ok(()),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
}

/// Reads a request to its end: whether it is a GET, and whether it carries a token.
fn read_request(stream: &TcpStream) -> io::Result<(bool, bool)> {
    let mut lines = BufReader::new(stream);
    let (mut first, mut length, mut has_token) = (String::new(), 0u64, false);
    lines.read_line(&mut first)?;
    loop {
        let mut line = String::new();
        lines.read_line(&mut line)?;
        let line = line.trim_end().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.parse().unwrap_or(0);
        }
        has_token |= line.starts_with("authorization: ");
    }
    io::copy(&mut lines.take(length), &mut io::sink())?;
    Ok((first.starts_with("GET "), has_token))
}
