//! Overhears what programs and the desktop's own notification program say to each other; refuses to join in.

use std::collections::HashMap;

use anyhow::Result;
use futures_util::StreamExt;
use tokio::sync::watch;
use zbus::MessageStream;
use zbus::message::Type;
use zbus::zvariant::OwnedValue;

use super::bus::{Bus, runtime, wait_for};

const NAME: &str = "org.freedesktop.Notifications";

/// What is said about notifications.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// A program asks for one.
    Notify {
        /// The program's name.
        app: String,
        /// The name of its icon.
        icon: String,
        /// The first line.
        summary: String,
    },
    /// One is no longer shown, because its program took it back.
    Withdrawn,
}

/// An ear at the session's bus.
#[derive(Debug)]
pub struct Overheard(watch::Receiver<Vec<Said>>);

impl Overheard {
    /// Listens from now on at the session bus at `address`.
    ///
    /// # Errors
    /// The bus does not answer.
    pub fn start(address: &str) -> Result<Overheard> {
        let bus = Bus::connect(address)?;
        let (sender, said) = watch::channel(Vec::new());
        let connection = bus.connection();
        let mut messages = wait_for(async move { MessageStream::from(connection) });
        let daemon = "org.freedesktop.DBus";
        let rule = format!("eavesdrop='true',interface='{NAME}'");
        let () = bus.call(daemon, "/org/freedesktop/DBus", daemon, "AddMatch", rule)?;
        runtime().spawn(async move {
            while let Some(Ok(message)) = messages.next().await {
                if let Some(heard) = understand(&message) {
                    sender.send_modify(|said| said.push(heard));
                }
            }
        });
        Ok(Overheard(said))
    }

    /// Everything so far.
    pub fn all(&self) -> Vec<Said> {
        self.0.borrow().clone()
    }
}

fn understand(message: &zbus::Message) -> Option<Said> {
    const WITHDRAWN: u32 = 3;
    let header = message.header();
    let member = header.member()?.as_str();
    match (message.message_type(), member) {
        // GNOME's own program hands each on to the shell.
        (Type::MethodCall, "Notify")
            if header.destination().is_some_and(|to| to.as_str() == NAME) =>
        {
            type Arguments = (
                String,
                u32,
                String,
                String,
                String,
                Vec<String>,
                HashMap<String, OwnedValue>,
                i32,
            );
            let body = message.body();
            let (app, _, icon, summary, ..): Arguments = body.deserialize().ok()?;
            Some(Said::Notify { app, icon, summary })
        }
        (Type::Signal, "NotificationClosed") => {
            let (_id, reason): (u32, u32) = message.body().deserialize().ok()?;
            (reason == WITHDRAWN).then_some(Said::Withdrawn)
        }
        _ => None,
    }
}
