//! Hears everything that is said on a private session bus; refuses to understand what it means.

use std::collections::HashMap;

use anyhow::Result;
use futures_util::StreamExt;
use tokio::sync::watch;
use zbus::MessageStream;
use zbus::message::{Message, Type};

use super::bus::{poll, runtime, wait_for};
use super::{Bus, START_LIMIT};

/// A message on the bus.
#[derive(Clone, Debug)]
pub struct Heard {
    /// The interface and the member; of an answer, those of what it answers.
    pub what: String,
    /// The unique name of whoever sent it, empty for the bus itself.
    pub from: String,
    /// Whom it is for, empty for everybody.
    pub to: String,
    /// The whole message.
    pub bytes: Vec<u8>,
}

/// An ear at the session's bus that misses nothing.
#[derive(Debug)]
pub struct Monitor {
    heard: watch::Receiver<Vec<Heard>>,
}

impl Monitor {
    /// Listens from now on at the session bus at `address`.
    ///
    /// # Errors
    /// The bus does not answer.
    pub fn start(address: &str) -> Result<Monitor> {
        let bus = Bus::connect(address)?;
        let connection = bus.connection();
        let mut messages = wait_for(async move { MessageStream::from(connection) });
        let daemon = "org.freedesktop.DBus";
        let everything = (Vec::<String>::new(), 0_u32);
        let monitoring = "org.freedesktop.DBus.Monitoring";
        let () =
            bus.call(daemon, "/org/freedesktop/DBus", monitoring, "BecomeMonitor", everything)?;
        let (sender, heard) = watch::channel(Vec::new());
        runtime().spawn(async move {
            let mut asked = HashMap::new();
            while let Some(Ok(message)) = messages.next().await {
                let heard = describe(&message, &mut asked);
                sender.send_modify(|all| all.push(heard));
            }
        });
        Ok(Monitor { heard })
    }

    /// Everything that was said so far, if `bus` still carries anything.
    ///
    /// # Errors
    /// The bus carries it, and it is not heard.
    pub fn all(&self, bus: &Bus) -> Result<Vec<Heard>> {
        const LAST: (&str, &str) = ("presence.tests", "Last");
        // An answer, also that nobody knows this, comes after all that was said before.
        let _: Result<()> = bus.call("org.freedesktop.DBus", "/", LAST.0, LAST.1, ());
        let last = [LAST.0, LAST.1].join(".");
        poll("the last message", START_LIMIT, || {
            let is_over = self.heard.has_changed().is_err();
            let is_last = |heard: &Heard| heard.what == last;
            Ok((is_over || self.heard.borrow().iter().rev().any(is_last)).then_some(()))
        })?;
        Ok(self.heard.borrow().clone())
    }
}

/// `asked` has what each message asks that may still be answered.
fn describe(message: &Message, asked: &mut HashMap<(String, u32), String>) -> Heard {
    let header = message.header();
    let from = header.sender().map(ToString::to_string).unwrap_or_default();
    let to = header.destination().map(ToString::to_string).unwrap_or_default();
    let what = match (message.message_type(), header.reply_serial()) {
        (Type::MethodReturn | Type::Error, Some(serial)) => {
            asked.remove(&(to.clone(), serial.get())).unwrap_or_default()
        }
        (Type::MethodCall | Type::Signal | Type::MethodReturn | Type::Error, _) => {
            let interface = header.interface().map(ToString::to_string).unwrap_or_default();
            let member = header.member().map(ToString::to_string).unwrap_or_default();
            format!("{interface}.{member}")
        }
    };
    if message.message_type() == Type::MethodCall {
        asked.insert((from.clone(), message.primary_header().serial_num().get()), what.clone());
    }
    Heard { what, from, to, bytes: message.data().to_vec() }
}
