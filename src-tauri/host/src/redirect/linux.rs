//! Owns whose program is at the other end of a connection within this machine (proc_pid_net(5), `/proc/net/tcp`).

use std::fs;
use std::io;
use std::net::{IpAddr, SocketAddr};

use rustix::process::getuid;

/// The state of a connection that both ends keep open.
const ESTABLISHED: &str = "01";

/// Whether a program of another user has connected from `peer` to `here`. Root's are taken for ours: root may do all
/// that we may, and where Linux runs within Windows, root's program hands on what the browser outside of it sends.
pub(super) fn is_of_another(peer: SocketAddr, here: SocketAddr) -> io::Result<bool> {
    // A program may have an IPv6 socket for an IPv4 connection.
    for (table, written) in [("tcp", plain as fn(SocketAddr) -> String), ("tcp6", mapped)] {
        let ends = [written(peer), written(here)];
        let table = fs::read_to_string(format!("/proc/self/net/{table}"))?;
        if let Some(owner) = table.lines().find_map(|line| owner(line, &ends)) {
            return Ok(match owner {
                Owner::User(user) => user != 0 && user != getuid().as_raw(),
                Owner::Gone => true,
            });
        }
    }
    Err(io::ErrorKind::NotFound.into())
}

/// Who is at the near end of a connection.
#[derive(Debug, PartialEq, Eq)]
enum Owner {
    User(u32),
    /// It was closed, and waits for no page. The table soon has such a one as root's.
    Gone,
}

/// The owner in a line of the table, if it is of the connection between `ends`.
fn owner(line: &str, [local, remote]: &[String; 2]) -> Option<Owner> {
    let mut fields = line.split_ascii_whitespace().skip(1);
    let is_it = fields.next()? == local && fields.next()? == remote;
    let (state, user) = (fields.next()?, fields.nth(3)?);
    match (is_it, state) {
        (false, _) => None,
        (true, ESTABLISHED) => user.parse().ok().map(Owner::User),
        (true, _) => Some(Owner::Gone),
    }
}

fn plain(address: SocketAddr) -> String {
    match address.ip() {
        IpAddr::V4(ip) => {
            format!("{:08X}:{:04X}", u32::from_ne_bytes(ip.octets()), address.port())
        }
        IpAddr::V6(_) => mapped(address),
    }
}

fn mapped(address: SocketAddr) -> String {
    let ip = match address.ip() {
        IpAddr::V4(ip) => ip.to_ipv6_mapped(),
        IpAddr::V6(ip) => ip,
    };
    let octets = ip.octets();
    let (words, _) = octets.as_chunks();
    let words = words.iter().map(|word| format!("{:08X}", u32::from_ne_bytes(*word)));
    format!("{}:{:04X}", words.collect::<String>(), address.port())
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream};

    use super::*;

    #[test]
    fn our_own_connections_are_ours_and_one_that_is_not_there_is_not_found() {
        for (listens, to) in
            [("127.0.0.1:0", "127.0.0.1"), ("[::1]:0", "::1"), ("[::]:0", "127.0.0.1")]
        {
            let listener = TcpListener::bind(listens).unwrap();
            let port = listener.local_addr().unwrap().port();
            let client = TcpStream::connect((to, port)).unwrap();
            let (peer, here) = (client.local_addr().unwrap(), client.peer_addr().unwrap());
            assert!(!is_of_another(peer, here).unwrap(), "{listens}");
            assert!(is_of_another(peer, SocketAddr::new(here.ip(), 1)).is_err());
        }
    }

    #[test]
    fn who_has_closed_the_connection_waits_for_no_page_and_is_not_ours() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (peer, here) = (client.local_addr().unwrap(), client.peer_addr().unwrap());
        drop(client);
        assert!(is_of_another(peer, here).unwrap());
    }

    #[test]
    fn a_line_tells_its_user() {
        let line = "   1: 0100007F:A22C 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1000        0 52 1";
        let ends = ["0100007F:A22C".to_owned(), "0100007F:1F90".to_owned()];
        assert_eq!(owner(line, &ends), Some(Owner::User(1000)));
        assert_eq!(owner(line, &["0100007F:A22C".to_owned(), "0100007F:1F91".to_owned()]), None);
        assert_eq!(owner("  sl  local_address rem_address   st", &ends), None);
    }
}
