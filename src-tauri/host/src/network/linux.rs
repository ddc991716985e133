//! Owns the kernel's word that addresses or routes changed (rtnetlink); refuses to read what changed.

use std::io;
use std::os::fd::OwnedFd;
use std::time::Duration;

use rustix::net::netlink::SocketAddrNetlink;
use rustix::net::{
    AddressFamily, Protocol, RecvFlags, SocketFlags, SocketType, bind, recv, socket_with,
};
use tokio::io::unix::AsyncFd;

use crate::readiness;

/// Protocol 0 of the netlink family is rtnetlink.
const NETLINK_ROUTE: Option<Protocol> = None;
/// RTMGRP_IPV4_IFADDR, RTMGRP_IPV4_ROUTE, RTMGRP_IPV6_IFADDR and RTMGRP_IPV6_ROUTE of `linux/rtnetlink.h`.
const GROUPS: u32 = 0x10 | 0x40 | 0x100 | 0x400;
/// A network that comes up changes several times: one word for all of them.
const SETTLES: Duration = Duration::from_secs(1);

pub(super) async fn watch(changed: impl Fn()) -> io::Result<()> {
    let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
    let socket = socket_with(AddressFamily::NETLINK, SocketType::RAW, flags, NETLINK_ROUTE)?;
    bind(&socket, &SocketAddrNetlink::new(0, GROUPS))?;
    let socket = readiness::awaited(socket)?;
    loop {
        socket.readable().await?.clear_ready();
        drain(&socket);
        tokio::time::sleep(SETTLES).await;
        drain(&socket);
        changed();
    }
}

fn drain(socket: &AsyncFd<OwnedFd>) {
    let mut message = [0u8; 4096];
    // What was lost in an overflow was a change too.
    while recv(socket, &mut message, RecvFlags::DONTWAIT).is_ok_and(|(count, _)| count > 0) {}
}
