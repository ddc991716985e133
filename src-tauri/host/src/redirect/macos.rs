//! Owns saying that nobody here tells whose program has connected.

use std::io;
use std::net::SocketAddr;

pub(super) fn is_of_another(_: SocketAddr, _: SocketAddr) -> io::Result<bool> {
    Err(io::ErrorKind::Unsupported.into())
}
