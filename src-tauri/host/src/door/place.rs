//! Owns that there is one window at most, and tells it when to come to the front; refuses to know what a window shows.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use presence_core::Command;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::{DoorError, Response, ServerContext, Turn, write_line};

/// The place of the one window of a resident.
#[derive(Clone, Debug, Default)]
pub struct WindowPlace(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// The way to the window at the door.
    window: Option<UnboundedSender<Option<String>>>,
    /// A window that was started and has not come to the door yet.
    starting: Weak<()>,
}

/// A window that is being started, until this is dropped or the window is at the door.
#[derive(Debug)]
pub struct Starting {
    _alive: Arc<()>,
}

impl WindowPlace {
    /// Asks for the window, for the click that the desktop gave `token` with. Nothing to start when there is one, which
    /// comes to the front, or when one is on its way.
    pub fn ask(&self, token: Option<String>) -> Option<Starting> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.tell(token) || state.starting.strong_count() > 0 {
            return None;
        }
        let alive = Arc::new(());
        state.starting = Arc::downgrade(&alive);
        Some(Starting { _alive: alive })
    }

    /// Takes the place for a window at the door; if it is taken, who has it comes to the front.
    fn take(&self, token: Option<String>) -> Option<UnboundedReceiver<Option<String>>> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.tell(token) {
            return None;
        }
        let (window, requests) = unbounded_channel();
        *state = State { window: Some(window), starting: Weak::new() };
        Some(requests)
    }
}

impl State {
    /// Whether there is a window to be told.
    fn tell(&self, token: Option<String>) -> bool {
        self.window.as_ref().is_some_and(|window| window.send(token).is_ok())
    }
}

/// Serves a window until it is closed.
pub(super) async fn serve(
    mut read: impl AsyncRead + Unpin,
    mut write: impl AsyncWrite + Unpin,
    context: &ServerContext,
    token: Option<String>,
) -> Result<(), DoorError> {
    let Some(mut requests) = context.window.take(token) else {
        return write_line(&mut write, &Response::Window(Turn::HandedOver)).await;
    };
    // Each is answered by a line.
    let mut unanswered = 0_usize;
    let attended = async {
        write_line(&mut write, &Response::Window(Turn::Open)).await?;
        let mut answers = [0; 64];
        loop {
            tokio::select! {
                Some(token) = requests.recv() => {
                    unanswered += 1;
                    write_line(&mut write, &token).await?;
                }
                count = read.read(&mut answers) => match count? {
                    0 => return Ok(()),
                    count => {
                        let lines = answers[..count].iter().filter(|byte| **byte == b'\n').count();
                        unanswered = unanswered.saturating_sub(lines);
                    }
                }
            }
        }
    };
    let attended = attended.await;
    requests.close();
    if unanswered > 0 || requests.try_recv().is_ok() {
        // It was being closed while somebody asked for it.
        context.commands.tell(Command::Open);
    }
    attended
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_requests_start_one_window_and_it_comes_to_the_front_once_it_is_there() {
        let place = WindowPlace::default();
        let starting = place.ask(None);
        assert!(starting.is_some());
        assert!((0..200).all(|_| place.ask(None).is_none()));

        let mut requests = place.take(None).unwrap();
        assert!(place.ask(Some("click".to_owned())).is_none());
        assert!(place.take(None).is_none());
        assert_eq!(requests.try_recv().unwrap().as_deref(), Some("click"));
        assert_eq!(requests.try_recv().unwrap(), None);

        drop(requests);
        let next = place.ask(None);
        assert!(next.is_some());
        drop(starting);
        assert!(place.ask(None).is_none(), "the end of the first is not the end of the next");
    }

    #[test]
    fn a_window_that_never_comes_is_started_anew() {
        let place = WindowPlace::default();
        drop(place.ask(None));
        assert!(place.ask(None).is_some());
    }
}
