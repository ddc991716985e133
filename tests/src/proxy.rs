//! A proxy that connects (RFC 9110, section 9.3.6), with or without a name and a password. Refuses to lead anywhere but
//! to one address, whatever host is asked for.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// A proxy at a loopback port. Its threads end with the process.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<Asked>>>,
}

/// What somebody asked the proxy for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The first line, without the version.
    pub line: String,
    /// The status that it was answered with.
    pub status: u16,
}

impl Proxy {
    /// Leads to `service` whoever brings `credentials`, a name and a password with a colon between them.
    ///
    /// # Errors
    /// When the machine gives no port.
    pub fn start(service: SocketAddr, credentials: Option<&str>) -> io::Result<Proxy> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let expected = credentials.map(|pair| format!("Basic {}", STANDARD.encode(pair)));
        let proxy = Proxy { address: listener.local_addr()?, seen: Arc::default() };
        let seen = proxy.seen.clone();
        thread::spawn(move || {
            for program in listener.incoming().flatten() {
                let (seen, expected) = (seen.clone(), expected.clone());
                // A side that hangs up ends the connection.
                thread::spawn(move || drop(lead(program, service, expected.as_deref(), &seen)));
            }
        });
        Ok(proxy)
    }

    /// Its address with these credentials, if any, as an environment variable has it.
    pub fn url(&self, credentials: Option<&str>) -> String {
        let credentials = credentials.map(|pair| format!("{pair}@")).unwrap_or_default();
        format!("http://{credentials}{}", self.address)
    }

    /// What was asked for so far.
    pub fn seen(&self) -> Vec<Asked> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn lead(
    mut program: TcpStream,
    service: SocketAddr,
    expected: Option<&str>,
    seen: &Mutex<Vec<Asked>>,
) -> io::Result<()> {
    let mut lines = BufReader::new(program.try_clone()?).lines();
    let first = lines.next().transpose()?.unwrap_or_default();
    let mut brought = None;
    for line in lines {
        let line = line?;
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(": ").unwrap_or((&line, ""));
        if name.eq_ignore_ascii_case("proxy-authorization") {
            brought = Some(value.to_owned());
        }
    }
    let is_known = expected.is_none() || brought.as_deref() == expected;
    let status = match first.starts_with("CONNECT ") {
        true if is_known => 200,
        true => 407,
        false => 405,
    };
    let line = first.rsplit_once(' ').map_or(&*first, |(line, _)| line).to_owned();
    seen.lock().unwrap_or_else(PoisonError::into_inner).push(Asked { line, status });
    if status != 200 {
        let challenge = "proxy-authenticate: Basic realm=\"Contoso\"\r\ncontent-length: 0\r\n";
        return write!(program, "HTTP/1.1 {status} No\r\n{challenge}connection: close\r\n\r\n");
    }
    program.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
    let service = TcpStream::connect(service)?;
    let (mut up, mut down) = (service.try_clone()?, program.try_clone()?);
    thread::spawn(move || {
        let _ = io::copy(&mut program, &mut up);
        let _ = up.shutdown(Shutdown::Write);
    });
    io::copy(&mut &service, &mut down)?;
    down.shutdown(Shutdown::Write)
}
