//! Owns a window that nobody sees, for the messages before sleep, log-off and shutdown ("WM_QUERYENDSESSION",
//! "WM_POWERBROADCAST"). Refuses to hold Windows up longer than it allows.

use std::io;
use std::ptr;
use std::sync::OnceLock;
use std::time::Duration;

use presence_core::words;
use windows_sys::Win32::Foundation::{HWND, LPARAM, LRESULT, WPARAM};
use windows_sys::Win32::System::LibraryLoader::GetModuleHandleW;
use windows_sys::Win32::System::Shutdown::{ShutdownBlockReasonCreate, ShutdownBlockReasonDestroy};
use windows_sys::Win32::UI::WindowsAndMessaging::{
    CreateWindowExW, DefWindowProcW, DispatchMessageW, GetMessageW, MSG, PBT_APMRESUMEAUTOMATIC,
    PBT_APMSUSPEND, RegisterClassW, WM_ENDSESSION, WM_POWERBROADCAST, WM_QUERYENDSESSION,
    WNDCLASSW, WS_OVERLAPPED,
};
use windows_sys::core::w;

use super::SleepNews;
use super::hold::Hold;

/// What Windows allows before a suspend is two seconds; before a log-off it is five.
const SLEEP_WAITS: Duration = Duration::from_millis(1_900);
const LOG_OFF_WAITS: Duration = Duration::from_secs(3);

/// A delay of the next sleep or log-off.
#[derive(Default)]
pub(crate) struct Delay(());

impl Delay {
    /// Lets the machine sleep.
    pub(crate) fn end(&self) {
        if let Some(listener) = LISTENER.get() {
            listener.hold.end();
        }
    }
}

/// The window's procedure has no place of its own for what it needs.
static LISTENER: OnceLock<Listener> = OnceLock::new();

struct Listener {
    tell: Box<dyn Fn(SleepNews) + Send + Sync>,
    hold: Hold,
}

impl Listener {
    /// Tells that the machine is about to go, and waits until what must be done first is done.
    fn delay(&self, limit: Duration) {
        self.hold.until_end(limit, || (self.tell)(SleepNews::Sleeping));
    }
}

/// Calls `tell` for ever; a delay is held from each news of a sleep on.
pub(crate) fn watch(tell: impl Fn(SleepNews) + Send + Sync + 'static) -> Delay {
    let listener = Listener { tell: Box::new(tell), hold: Hold::default() };
    if LISTENER.set(listener).is_ok() {
        let thread = std::thread::Builder::new().name("sleep".to_owned()).stack_size(128 * 1024);
        let listening = thread.spawn(|| {
            if let Err(error) = listen() {
                tracing::warn!(%error, "sleep and log-off are noticed when they are over");
            }
        });
        if let Err(error) = listening {
            tracing::warn!(%error, "sleep and log-off are noticed when they are over");
        }
    }
    Delay(())
}

#[expect(unsafe_code, reason = "Windows tells of log-off only to a window's procedure")]
fn listen() -> io::Result<()> {
    let class = w!("PresenceTraySleep");
    // SAFETY: the class and its name are static, the procedure has the signature that Windows wants, and the
    // window and its messages stay on this thread.
    unsafe {
        let instance = GetModuleHandleW(ptr::null());
        let described = WNDCLASSW {
            lpfnWndProc: Some(procedure),
            hInstance: instance,
            lpszClassName: class,
            ..WNDCLASSW::default()
        };
        if RegisterClassW(&described) == 0 {
            return Err(io::Error::last_os_error());
        }
        // A message-only window would not hear of them: a top-level one that is never shown.
        let window = CreateWindowExW(
            0,
            class,
            w!("Presence Tray"),
            WS_OVERLAPPED,
            0,
            0,
            0,
            0,
            ptr::null_mut(),
            ptr::null_mut(),
            instance,
            ptr::null(),
        );
        if window.is_null() {
            return Err(io::Error::last_os_error());
        }
        let mut message = MSG::default();
        while GetMessageW(&mut message, ptr::null_mut(), 0, 0) > 0 {
            DispatchMessageW(&message);
        }
    }
    Ok(())
}

#[expect(unsafe_code, reason = "the signature of a window's procedure")]
unsafe extern "system" fn procedure(
    window: HWND,
    message: u32,
    wparam: WPARAM,
    lparam: LPARAM,
) -> LRESULT {
    let Some(listener) = LISTENER.get() else {
        // SAFETY: these are the arguments that Windows called with.
        return unsafe { DefWindowProcW(window, message, wparam, lparam) };
    };
    match (message, u32::try_from(wparam)) {
        (WM_QUERYENDSESSION, _) => {
            let why: Vec<u16> = words::clears_first().encode_utf16().chain([0]).collect();
            // SAFETY: the window is this thread's own; the words end with zero and live as long as the call.
            unsafe { ShutdownBlockReasonCreate(window, why.as_ptr()) };
            listener.delay(LOG_OFF_WAITS);
            1
        }
        // Somebody else stopped the log-off.
        (WM_ENDSESSION, Ok(0)) => {
            // SAFETY: the window is this thread's own.
            unsafe { ShutdownBlockReasonDestroy(window) };
            (listener.tell)(SleepNews::Woke);
            0
        }
        (WM_ENDSESSION, _) => {
            (listener.tell)(SleepNews::ShuttingDown);
            0
        }
        (WM_POWERBROADCAST, Ok(PBT_APMSUSPEND)) => {
            listener.delay(SLEEP_WAITS);
            1
        }
        (WM_POWERBROADCAST, Ok(PBT_APMRESUMEAUTOMATIC)) => {
            (listener.tell)(SleepNews::Woke);
            1
        }
        // SAFETY: these are the arguments that Windows called with.
        _ => unsafe { DefWindowProcW(window, message, wparam, lparam) },
    }
}
