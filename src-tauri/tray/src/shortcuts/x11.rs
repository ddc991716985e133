//! Owns shortcuts on X11: a thread that sleeps on the connection until a key comes. Refuses to decide what a
//! key asks for.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use presence_core::Problem;
use tokio::runtime::Handle;
use x11rb::connection::Connection;
use x11rb::errors::{ConnectError, ReplyError, ReplyOrIdError};
use x11rb::protocol::xproto::{
    CLIENT_MESSAGE_EVENT, ClientMessageEvent, ConnectionExt, CreateWindowAux, EventMask, Grab,
    KEY_PRESS_EVENT, KEY_RELEASE_EVENT, KeyPressEvent, KeyReleaseEvent, MAPPING_NOTIFY_EVENT,
    ModMask, Window, WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::x11_utils::TryParse;

use super::{Binding, Order, nowhere};
use crate::words::shortcut::reason;

mod grabs;
mod layout;
use grabs::Grabs;

/// What the thread needs: it calls a few functions deep.
const STACK: usize = 128 * 1024;

/// When keys are tried again that another program had: one that ends, as a resident before this one, lets them go.
const AGAIN: [Duration; 5] = [
    Duration::from_millis(250),
    Duration::from_secs(1),
    Duration::from_secs(4),
    Duration::from_secs(15),
    Duration::from_secs(40),
];

/// The bit of an event that another program sent.
const SENT: u8 = 0x80;

/// The keyboard of the X server.
pub(super) struct Keyboard {
    desk: Arc<Desk>,
    thread: JoinHandle<()>,
}

/// Where the thread finds its next order.
#[derive(Default)]
struct Desk {
    next: Mutex<Option<Order>>,
    bell: OnceLock<Bell>,
}

/// Wakes the thread: a message to its own window, by its own connection.
struct Bell {
    connection: Arc<RustConnection>,
    root: Window,
    window: Window,
}

impl Keyboard {
    /// Starts the thread with its first order.
    pub(super) fn start(order: Order) -> Option<Keyboard> {
        let desk = Arc::new(Desk::default());
        desk.put(order);
        let thread = std::thread::Builder::new().name("shortcuts".to_owned()).stack_size(STACK);
        let (theirs, runtime) = (desk.clone(), Handle::current());
        match thread.spawn(move || listen(&theirs, &runtime)) {
            Ok(thread) => Some(Keyboard { desk, thread }),
            Err(error) => {
                if let Some(order) = desk.take() {
                    let why = reason::no_thread(&error.to_string());
                    order.report(vec![nowhere(&order.bindings, &why)]);
                }
                None
            }
        }
    }

    /// Takes the keys of `order` in place of those taken before.
    pub(super) fn bind(&self, order: Order) {
        self.desk.put(order);
    }

    /// Lets all keys go.
    pub(super) async fn leave(self) {
        // A server that does not answer must not hold up the end of the program.
        let asked = tokio::task::spawn_blocking(move || match self.desk.bell.get() {
            Some(bell) => bell.let_go(),
            None => Ok(()),
        });
        if let Ok(Err(error)) = asked.await {
            tracing::debug!(%error, "the keys were not let go");
        }
    }

    /// Whether the X server is still there.
    pub(super) fn listens(&self) -> bool {
        !self.thread.is_finished()
    }
}

impl Desk {
    fn put(&self, order: Order) {
        *self.next.lock().unwrap_or_else(PoisonError::into_inner) = Some(order);
        self.wake();
    }

    /// Has the keys tried again.
    fn wake(&self) {
        // Without a bell the thread has not looked yet, and will.
        if let Some(bell) = self.bell.get()
            && let Err(error) = bell.ring()
        {
            tracing::warn!(%error, "the X server is gone");
        }
    }

    fn take(&self) -> Option<Order> {
        self.next.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Bell {
    fn ring(&self) -> Result<(), ReplyOrIdError> {
        let message = ClientMessageEvent::new(32, self.window, 1u32, [0u32; 5]);
        // A message with no mask goes to whoever made the window.
        self.connection.send_event(false, self.window, EventMask::NO_EVENT, message)?;
        Ok(self.connection.flush()?)
    }

    /// Lets every key of this connection go; when this returns, the server has done so.
    fn let_go(&self) -> Result<(), ReplyError> {
        self.connection.ungrab_key(Grab::ANY, self.root, ModMask::ANY)?.check()
    }
}

/// What does not work of `bindings`, tried and let go.
pub(super) fn check(bindings: &[Binding]) -> Vec<Problem> {
    let tried = connect().map_err(|error| error.to_string()).and_then(|(connection, root)| {
        Grabs::default().renew(&connection, root, bindings).map_err(|error| error.to_string())
    });
    tried.unwrap_or_else(|error| vec![nowhere(bindings, &reason::no_x_server(&error))])
}

fn connect() -> Result<(RustConnection, Window), ConnectError> {
    let (connection, screen) = RustConnection::connect(None)?;
    let root = connection.setup().roots.get(screen).map_or(x11rb::NONE, |screen| screen.root);
    Ok((connection, root))
}

fn listen(desk: &Arc<Desk>, runtime: &Handle) {
    let (connection, root) = match connect() {
        Ok((connection, root)) => (Arc::new(connection), root),
        Err(error) => {
            tracing::warn!(%error, "the X server does not answer");
            if let Some(order) = desk.take() {
                order.report(vec![nowhere(
                    &order.bindings,
                    &reason::no_x_server(&error.to_string()),
                )]);
            }
            return;
        }
    };
    let Err(error) = serve(desk, runtime, &connection, root);
    tracing::warn!(%error, "the X server is gone, and the shortcuts with it");
}

fn serve(
    desk: &Arc<Desk>,
    runtime: &Handle,
    connection: &Arc<RustConnection>,
    root: Window,
) -> Result<Infallible, ReplyOrIdError> {
    let window = connection.generate_id()?;
    let (class, aux) = (WindowClass::INPUT_ONLY, CreateWindowAux::new());
    connection.create_window(0, window, root, -1, -1, 1, 1, 0, class, 0, &aux)?.check()?;
    let _ = desk.bell.set(Bell { connection: connection.clone(), root, window });
    let mut grabs = Grabs::default();
    let mut order = None;
    let mut told = None;
    let mut again = AGAIN.iter();
    loop {
        if let Some(new) = desk.take() {
            (order, told, again) = (Some(new), None, AGAIN.iter());
        }
        if let Some(order) = &order {
            let refused = grabs.renew(connection, root, &order.bindings)?;
            // Keyboards change often and mean little: an input method, a program that types.
            if told.as_ref() != Some(&refused) {
                order.report(refused.clone());
                told = Some(refused);
            }
            if grabs.may_be_had_later()
                && let Some(pause) = again.next()
            {
                let desk = desk.clone();
                runtime.spawn(async move {
                    tokio::time::sleep(*pause).await;
                    desk.wake();
                });
            }
        }
        wait_for_change(connection, &mut grabs, order.as_ref())?;
    }
}

/// Passes pressed keys on until there is another order or another keyboard.
fn wait_for_change(
    connection: &RustConnection,
    grabs: &mut Grabs,
    order: Option<&Order>,
) -> Result<(), ReplyOrIdError> {
    loop {
        // Only what is asked for is parsed: the parsers of all events would be linked otherwise.
        let event = connection.wait_for_raw_event()?;
        let kind = event.first().map_or(0, |first| first & !SENT);
        match kind {
            KEY_PRESS_EVENT => {
                let (event, _) = KeyPressEvent::try_parse(&event)?;
                if let (Some(bound), Some(order)) = (grabs.pressed(&event), order) {
                    order.pressed(bound);
                }
            }
            KEY_RELEASE_EVENT => grabs.released(&KeyReleaseEvent::try_parse(&event)?.0),
            MAPPING_NOTIFY_EVENT | CLIENT_MESSAGE_EVENT => return Ok(()),
            _ => {}
        }
    }
}
