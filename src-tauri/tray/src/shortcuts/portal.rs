//! Owns shortcuts on Wayland: the GlobalShortcuts portal (XDG Desktop Portal documentation), over D-Bus.
//! Refuses to choose keys itself: the desktop may ask the person, and has the last word.

use std::convert::Infallible;
use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use presence_core::Problem;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use zbus::Connection;
use zbus::zvariant::{OwnedObjectPath, StructureBuilder, Value};

use super::combination::{Combination, Modifier};
use super::{Binding, Order, nowhere};
use crate::words::shortcut::{self as words, reason};

mod wire;
use wire::{Line, Options, Said};

/// The portal of this desktop.
pub(super) struct Portal {
    orders: mpsc::UnboundedSender<Order>,
    keeper: JoinHandle<()>,
    asked: Vec<Binding>,
    refused: Arc<AtomicBool>,
}

/// Why a desktop gives no keys.
#[derive(Debug)]
pub(super) enum Refusal {
    /// There is no such portal.
    NoPortal,
    /// Its question was answered with no.
    Declined,
    /// It ended the session later.
    Ended,
    /// It failed.
    Failed(String),
}

impl Portal {
    /// Starts with the first order.
    pub(super) fn start(order: Order) -> Portal {
        let (orders, received) = mpsc::unbounded_channel();
        let refused = Arc::new(AtomicBool::new(false));
        let keeper = tokio::spawn(keep(received, refused.clone()));
        let asked = order.bindings.clone();
        let _ = orders.send(order);
        Portal { orders, keeper, asked, refused }
    }

    /// Asks for the keys of `order` in place of those asked for before. What was asked for and not refused is
    /// not asked for again: the desktop may ask the person each time.
    pub(super) fn bind(&mut self, order: Order) {
        if order.bindings == self.asked && !self.refused.load(Ordering::Relaxed) {
            return order.report(Vec::new());
        }
        self.asked.clone_from(&order.bindings);
        let _ = self.orders.send(order);
    }

    /// Ends the session, and with it the shortcuts.
    pub(super) async fn leave(self) {
        drop(self.orders);
        if let Err(error) = self.keeper.await {
            tracing::debug!(%error, "the session was not closed");
        }
    }
}

impl Refusal {
    /// The refusal, for a person.
    pub(super) fn problem(&self, bindings: &[Binding]) -> Problem {
        let why = match self {
            Refusal::NoPortal => reason::NO_PORTAL.said(),
            Refusal::Declined => reason::DECLINED.said(),
            Refusal::Ended => reason::ENDED.said(),
            Refusal::Failed(error) => {
                return nowhere(bindings, &reason::portal_failed(error));
            }
        };
        nowhere(bindings, why)
    }
}

impl From<zbus::Error> for Refusal {
    fn from(error: zbus::Error) -> Refusal {
        Refusal::Failed(error.to_string())
    }
}

/// Whether this desktop has the portal.
pub(super) async fn check() -> Result<(), Refusal> {
    let connection = Connection::session().await.map_err(|_| Refusal::NoPortal)?;
    wire::find(&connection).await
}

async fn keep(mut orders: mpsc::UnboundedReceiver<Order>, refused: Arc<AtomicBool>) {
    let mut next = orders.recv().await;
    while let Some(order) = next {
        let mut session = None;
        let connection = Connection::session().await;
        let report = |problems: Vec<Problem>| {
            refused.store(!problems.is_empty(), Ordering::Relaxed);
            order.report(problems);
        };
        let serving = async {
            match &connection {
                _ if order.bindings.is_empty() => report(Vec::new()),
                Ok(connection) => {
                    serve_each_portal(connection, &order, &mut session, &report).await;
                }
                Err(_) => report(vec![Refusal::NoPortal.problem(&order.bindings)]),
            }
            pending::<Infallible>().await
        };
        next = tokio::select! {
            next = orders.recv() => next,
            never = serving => match never {},
        };
        if let (Ok(connection), Some(session)) = (connection, session) {
            wire::close(&connection, &session).await;
        }
    }
}

/// Serves the portal that is there, and each that takes its place, until the bus is gone.
async fn serve_each_portal(
    connection: &Connection,
    order: &Order,
    session: &mut Option<OwnedObjectPath>,
    report: &impl Fn(Vec<Problem>),
) {
    // The bus starts a portal that it can start, before its coming would be news.
    wire::register(connection).await;
    let mut newcomers = match wire::newcomers(connection).await {
        Ok(newcomers) => newcomers,
        Err(error) => return report(vec![Refusal::from(error).problem(&order.bindings)]),
    };
    loop {
        let serving = async {
            let Err(refusal) = serve(connection, order, session, report).await;
            report(vec![refusal.problem(&order.bindings)]);
            pending::<Infallible>().await
        };
        let goes_on = tokio::select! {
            goes_on = wire::another(&mut newcomers) => goes_on,
            never = serving => match never {},
        };
        // What the portal before this one held went with it.
        *session = None;
        if !goes_on {
            return;
        }
    }
}

async fn serve(
    connection: &Connection,
    order: &Order,
    session: &mut Option<OwnedObjectPath>,
    report: &impl Fn(Vec<Problem>),
) -> Result<Infallible, Refusal> {
    wire::register(connection).await;
    wire::find(connection).await?;
    let mut portal = Line::open(connection).await?;
    let requests: Vec<_> = order.bindings.iter().map(request).collect();
    let options = Options::from([
        ("handle_token", Value::from("presence_create")),
        ("session_handle_token", Value::from("presence")),
        // Plasma 5.27 binds these, and ignores those of BindShortcuts.
        ("shortcuts", Value::from(requests.clone())),
    ]);
    let created = portal.ask("CreateSession", StructureBuilder::new().add_field(options)).await?;
    let handle = wire::session_handle(&created)
        .ok_or_else(|| Refusal::Failed(reason::NO_SESSION.said().to_owned()))?;
    *session = Some(handle.clone());
    let mut held = portal.list(&handle).await;
    // Plasma opens its settings each time that it is asked to bind some.
    if held.as_ref().is_none_or(|held| !left_out(&order.bindings, held).is_empty()) {
        let token = Options::from([("handle_token", Value::from("presence_bind"))]);
        let body = StructureBuilder::new()
            .add_field(handle.clone())
            .add_field(requests)
            .add_field("")
            .add_field(token);
        let bound = wire::bound_ids(&portal.ask("BindShortcuts", body).await?);
        // Some desktops answer with an empty list after binding all; that says nothing.
        let said = bound.filter(|bound| !bound.is_empty());
        held = portal.list(&handle).await.or(said);
    }
    report(held.map_or_else(Vec::new, |held| left_out(&order.bindings, &held)));
    loop {
        match Said::of(&portal.next().await?, &handle) {
            Said::Activated(id) => {
                let named = |binding: &&Binding| binding.shortcut.bound.name() == id;
                if let Some(binding) = order.bindings.iter().find(named) {
                    order.pressed(binding.shortcut.bound);
                }
            }
            Said::Closed => return Err(Refusal::Ended),
            Said::Other => {}
        }
    }
}

fn request(binding: &Binding) -> (&'static str, Options<'static>) {
    let trigger = trigger(&binding.combination);
    let description = words::description(binding.shortcut.bound);
    let options =
        [("description", Value::from(description)), ("preferred_trigger", Value::from(trigger))];
    (binding.shortcut.bound.name(), Options::from(options))
}

/// `CTRL+ALT+SHIFT+1` (XDG shortcuts specification).
fn trigger(combination: &Combination) -> String {
    let names = combination.modifiers.iter().map(|modifier| match modifier {
        Modifier::Ctrl => "CTRL+",
        Modifier::Alt => "ALT+",
        Modifier::Shift => "SHIFT+",
        Modifier::Super => "LOGO+",
    });
    names.collect::<String>() + &combination.key.keysym_name()
}

/// The bindings that the person or the desktop left out of those that are `held`, by their names.
fn left_out(bindings: &[Binding], held: &[String]) -> Vec<Problem> {
    let is_left_out =
        |binding: &&Binding| !held.iter().any(|id| id == binding.shortcut.bound.name());
    let problem = |binding: &Binding| words::left_out(&binding.shortcut);
    bindings.iter().filter(is_left_out).map(problem).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn triggers_are_written_as_the_specification_wants_them() {
        for (keys, wanted) in [
            ("Ctrl+Alt+Shift+1", "CTRL+ALT+SHIFT+1"),
            ("Super+A", "LOGO+a"),
            ("Ctrl+PgUp", "CTRL+Prior"),
            ("Alt++", "ALT+plus"),
            ("Ctrl+F5", "CTRL+F5"),
        ] {
            assert_eq!(trigger(&keys.parse().unwrap()), wanted);
        }
    }
}
