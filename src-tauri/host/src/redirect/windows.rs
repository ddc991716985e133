//! Owns whose program is at the other end of a connection within this machine ("GetExtendedTcpTable function").

use std::io;
use std::net::{IpAddr, SocketAddr};

use windows_sys::Win32::Foundation::{ERROR_INSUFFICIENT_BUFFER, ERROR_SUCCESS};
use windows_sys::Win32::NetworkManagement::IpHelper::{
    GetExtendedTcpTable, TCP_TABLE_OWNER_PID_CONNECTIONS,
};
use windows_sys::Win32::Networking::WinSock::{AF_INET, AF_INET6};

use crate::user::{User, session};

/// How often the table is asked for that may have grown since it told its length.
const TRIES: u32 = 8;

/// Whether a program of another user has connected from `peer` to `here`.
pub(super) fn is_of_another(peer: SocketAddr, here: SocketAddr) -> io::Result<bool> {
    let ends = (peer.is_ipv6(), words(peer), words(here));
    // What is closed already has no process.
    let process = process(&table(peer.is_ipv6())?, &ends).filter(|process| *process != 0);
    is_anothers(process.ok_or(io::ErrorKind::NotFound)?)
}

/// The system does not tell the user of a program that has more rights than this one, as a browser may that the person
/// started as administrator; it runs in their session all the same. A program that is gone waits for no page.
fn is_anothers(process: u32) -> io::Result<bool> {
    match User::of(process) {
        Ok(user) => Ok(user != User::of_this_process()?),
        Err(_) => Ok(session(process).ok() != Some(session(std::process::id())?)),
    }
}

type Ends = (bool, Vec<u32>, Vec<u32>);

/// The process of the row of a table whose local end and remote end these are ("MIB_TCPROW_OWNER_PID structure",
/// "MIB_TCP6ROW_OWNER_PID structure"; a table begins with the number of its rows).
fn process(table: &[u32], (is_v6, local, remote): &Ends) -> Option<u32> {
    let (count, rows) = table.split_first()?;
    let (length, [here, there]) = if *is_v6 { (14, [0..6, 6..12]) } else { (6, [1..3, 3..5]) };
    let mut rows = rows.chunks_exact(length).take(*count as usize);
    let row =
        rows.find(|row| is_end(&row[here.clone()], local) && is_end(&row[there.clone()], remote));
    row?.last().copied()
}

/// Of a port, the upper half may be anything; a loopback address is the same in every scope.
fn is_end(row: &[u32], end: &[u32]) -> bool {
    let (Some((port, _)), Some((wanted, ip))) = (row.split_last(), end.split_last()) else {
        return false;
    };
    row.starts_with(ip) && *port as u16 == *wanted as u16
}

/// An end as a row has it, without the scope of one of IPv6: its address, the port, in the network's order.
fn words(end: SocketAddr) -> Vec<u32> {
    let port = u32::from(end.port().to_be());
    let word = |octets: &[u8; 4]| u32::from_ne_bytes(*octets);
    match end.ip() {
        IpAddr::V4(ip) => vec![word(&ip.octets()), port],
        IpAddr::V6(ip) => {
            let octets = ip.octets();
            octets.as_chunks().0.iter().map(word).chain([port]).collect()
        }
    }
}

/// All connections over IPv4 or IPv6, with their processes.
#[expect(unsafe_code, reason = "no crate of ours wraps this call")]
fn table(is_v6: bool) -> io::Result<Vec<u32>> {
    let family = u32::from(if is_v6 { AF_INET6 } else { AF_INET });
    let mut table: Vec<u32> = Vec::new();
    let mut size = 0;
    for _ in 0..TRIES {
        let place = table.as_mut_ptr().cast();
        // SAFETY: the place for the table is as long as said.
        let error = unsafe {
            GetExtendedTcpTable(place, &mut size, 0, family, TCP_TABLE_OWNER_PID_CONNECTIONS, 0)
        };
        match error {
            ERROR_SUCCESS => return Ok(table),
            ERROR_INSUFFICIENT_BUFFER => table.resize(size.div_ceil(4) as usize, 0),
            error => return Err(io::Error::from_raw_os_error(error.cast_signed())),
        }
    }
    Err(io::ErrorKind::ResourceBusy.into())
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream};

    use super::*;

    #[test]
    fn our_own_connections_are_found_and_are_not_anothers() {
        for to in ["127.0.0.1", "::1"] {
            let listener = TcpListener::bind((to, 0)).unwrap();
            let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
            let (peer, here) = (client.local_addr().unwrap(), client.peer_addr().unwrap());
            let ends = (peer.is_ipv6(), words(peer), words(here));
            let process = process(&table(peer.is_ipv6()).unwrap(), &ends).unwrap();
            // Wine 8 tells of no process.
            assert!([std::process::id(), 0].contains(&process), "{to}");
            assert!(!is_of_another(peer, here).unwrap_or(false), "{to}");
            assert!(is_of_another(peer, SocketAddr::new(here.ip(), 1)).is_err());
        }
    }

    #[test]
    fn a_row_tells_its_process_by_both_of_its_ends() {
        let end = |text: &str| text.parse::<SocketAddr>().unwrap();
        let port = |port: u16| u32::from(port.to_be()) | 0xabcd_0000;
        let ip = u32::from_ne_bytes([127, 0, 0, 1]);
        let v4 = [[5, ip, port(80), ip, port(50_000), 7], [5, ip, port(50_000), ip, port(80), 8]];
        let v4 = [&[2][..], &v4.concat()].concat();
        let (one, two) = (end("127.0.0.1:80"), end("127.0.0.1:50000"));
        assert_eq!(process(&v4, &(false, words(one), words(two))), Some(7));
        assert_eq!(process(&v4, &(false, words(two), words(one))), Some(8));
        assert_eq!(process(&v4, &(false, words(one), words(one))), None);
        let ip = [0, 0, 0, 1u32.to_be()];
        let row = [&ip[..], &[0, port(80)], &ip[..], &[0, port(50_000), 5, 9]].concat();
        let (one, two) = (end("[::1]:80"), end("[::1]:50000"));
        assert_eq!(process(&[&[1], &row[..]].concat(), &(true, words(one), words(two))), Some(9));
        assert_eq!(process(&[], &(true, words(one), words(two))), None);
    }

    #[test]
    fn a_program_that_is_gone_is_anothers() {
        assert!(is_anothers(0xffff_fff0).unwrap());
        assert!(!is_anothers(std::process::id()).unwrap());
    }
}
