//! Owns the tray on Windows and macOS: `tray-icon` with an event loop on the main thread. Refuses to decide
//! what it shows.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use presence_core::{Aspect, Command, Notice, View};
use presence_host::{Commands, Config, Diagnosis, Face, Moment, Profile, Snapshot, WindowPlace};
use tao::event::{Event, StartCause};
use tao::event_loop::{ControlFlow, EventLoop, EventLoopBuilder, EventLoopProxy};
use tray_icon::menu::{
    CheckMenuItem, IsMenuItem, Menu, MenuEvent, MenuId, MenuItem, PredefinedMenuItem, Submenu,
};
use tray_icon::{Icon, MouseButtonState, TrayIconEvent};

use crate::menu::{self, Mark, Picture, Row};
use crate::shortcuts::{Order, Shortcuts};
use crate::{autostart, doctor, notify, window};

#[cfg_attr(windows, path = "windows.rs")]
#[cfg_attr(target_os = "macos", path = "macos.rs")]
mod os;

use os::{SystemIcon, icon_size};

/// How long the desktop is left alone when it takes no icon: at log-in, or while its bar starts anew.
const PATIENCE: Duration = Duration::from_secs(2);

/// What reaches the main thread.
enum Message {
    Show(Box<Picture>),
    Clicked(MenuId),
    Bind(Box<Order>),
    Pressed(u32),
    End,
}

/// The tray of this desktop, seen from the resident's thread.
pub(crate) struct Painter {
    profile: Profile,
    commands: Commands,
    main_thread: EventLoopProxy<Message>,
}

impl Painter {
    fn send(&self, message: Message) {
        let _ = self.main_thread.send_event(message);
    }
}

impl Face for Painter {
    fn configured(&mut self, config: &Config) {
        let problem = autostart::apply(config.autostart, &self.profile).err();
        self.commands.report(Aspect::Autostart, problem.into_iter().collect());
        self.send(Message::Bind(Box::new(Order::of(config, &self.commands))));
    }

    fn show(&mut self, view: &View, moment: &Moment) {
        self.send(Message::Show(Box::new(Picture::of(view, moment))));
    }

    fn notify(&mut self, notice: &Notice) {
        notify::show(notice.clone());
    }

    fn open_window(&mut self, place: &WindowPlace) {
        window::open(&self.commands, place, None);
    }

    fn examine(&mut self, snapshot: Snapshot) -> impl Future<Output = Diagnosis> + Send + 'static {
        doctor::of_resident(self.profile.clone(), snapshot)
    }
}

impl Drop for Painter {
    fn drop(&mut self) {
        self.send(Message::End);
    }
}

/// The event loop, which these systems want on the main thread.
pub(crate) struct MainThread(EventLoop<Message>);

impl MainThread {
    pub(crate) fn new() -> MainThread {
        #[cfg_attr(not(target_os = "macos"), expect(unused_mut, reason = "macOS sets a policy"))]
        let mut event_loop = EventLoopBuilder::with_user_event().build();
        #[cfg(target_os = "macos")]
        {
            use tao::platform::macos::{ActivationPolicy, EventLoopExtMacOS};
            event_loop.set_activation_policy(ActivationPolicy::Accessory);
        }
        MainThread(event_loop)
    }

    pub(crate) fn painter(&self, profile: Profile, commands: Commands) -> Painter {
        Painter { profile, commands, main_thread: self.0.create_proxy() }
    }

    /// Shows the tray until the painter is gone, then ends the process.
    pub(crate) fn run(self, profile: Profile, commands: Commands) -> ! {
        let proxy = self.0.create_proxy();
        MenuEvent::set_event_handler(Some(move |event: MenuEvent| {
            let _ = proxy.send_event(Message::Clicked(event.id));
        }));
        TrayIconEvent::set_event_handler(Some({
            let commands = commands.clone();
            move |event| {
                // With this the menu opens.
                if let TrayIconEvent::Click { button_state: MouseButtonState::Down, .. } = event {
                    commands.tell(Command::Look);
                }
            }
        }));
        let proxy = self.0.create_proxy();
        Shortcuts::listen(move |id| drop(proxy.send_event(Message::Pressed(id))));
        let mut shortcuts = Shortcuts::default();
        let mut shown = Shown {
            profile,
            commands,
            icon: None,
            painted: None,
            failed: None,
            clicks: BTreeMap::new(),
        };
        self.0.run(move |event, _, control_flow| {
            let mut has_ended = false;
            #[expect(clippy::wildcard_enum_match_arm, reason = "tao may send more than it does")]
            match event {
                Event::NewEvents(StartCause::ResumeTimeReached { .. }) => shown.show_again(),
                // On macOS, who starts it again asks the one that runs.
                Event::Reopen { .. } => shown.commands.tell(Command::Open),
                Event::UserEvent(message) => match message {
                    Message::Show(picture) => shown.show(*picture),
                    Message::Clicked(id) => shown.clicked(&id),
                    Message::Bind(order) => shortcuts.bind(*order),
                    Message::Pressed(id) => shortcuts.pressed(id),
                    Message::End => has_ended = true,
                },
                _ => {}
            }
            *control_flow = match &shown.failed {
                _ if has_ended => ControlFlow::Exit,
                Some((_, at)) => ControlFlow::WaitUntil(*at + PATIENCE),
                None => ControlFlow::Wait,
            };
        })
    }
}

struct Shown {
    profile: Profile,
    commands: Commands,
    icon: Option<SystemIcon>,
    painted: Option<Picture>,
    /// What could not be painted, and when that was tried.
    failed: Option<(Picture, Instant)>,
    clicks: BTreeMap<String, Command>,
}

impl Shown {
    fn show(&mut self, picture: Picture) {
        if self.painted.as_ref() == Some(&picture) {
            return;
        }
        let old = self.painted.take();
        match self.paint(&picture, old.as_ref()) {
            Ok(()) => (self.painted, self.failed) = (Some(picture), None),
            Err(error) => {
                tracing::debug!(%error, "the tray cannot be painted now");
                self.failed = Some((picture, Instant::now()));
            }
        }
    }

    fn show_again(&mut self) {
        if let Some((picture, _)) = self.failed.take() {
            self.show(picture);
        }
    }

    fn paint(
        &mut self,
        picture: &Picture,
        old: Option<&Picture>,
    ) -> Result<(), Box<dyn std::error::Error>> {
        if self.icon.is_none() {
            self.icon = Some(SystemIcon::new(&self.profile, icon(picture)?, &picture.tooltip)?);
        } else if let Some(shown) = &self.icon {
            if old.is_none_or(|old| old.icon != picture.icon) {
                shown.set_icon(icon(picture)?)?;
            }
            shown.set_tooltip(&picture.tooltip)?;
        }
        if old.is_none_or(|old| old.rows != picture.rows) {
            let menu = self.menu(&picture.rows)?;
            if let Some(shown) = &self.icon {
                shown.set_menu(menu);
            }
        }
        Ok(())
    }

    fn menu(&mut self, rows: &[Row]) -> Result<Menu, tray_icon::menu::Error> {
        self.clicks.clear();
        let menu = Menu::new();
        for item in self.items(rows)? {
            menu.append(item.as_ref())?;
        }
        Ok(menu)
    }

    fn items(&mut self, rows: &[Row]) -> Result<Vec<Box<dyn IsMenuItem>>, tray_icon::menu::Error> {
        let mut items: Vec<Box<dyn IsMenuItem>> = Vec::new();
        for row in rows {
            items.push(match row {
                Row::Separator => Box::new(PredefinedMenuItem::separator()),
                Row::Line(line) => Box::new(MenuItem::new(label(line), false, None)),
                Row::Item(item) => {
                    let id = self.clicks.len().to_string();
                    let made: Box<dyn IsMenuItem> = match item.mark {
                        Mark::None => {
                            Box::new(MenuItem::with_id(&id, label(&item.label), item.enabled, None))
                        }
                        Mark::Check(checked) | Mark::Status(_, checked) => {
                            Box::new(CheckMenuItem::with_id(
                                &id,
                                label(&item.label),
                                item.enabled,
                                checked,
                                None,
                            ))
                        }
                    };
                    // A click on the checked status asks for a look: the box it unticked is painted anew.
                    self.clicks.insert(id, item.command.clone().unwrap_or(Command::Look));
                    made
                }
                Row::Sub { label: words, enabled, rows } => {
                    let sub = Submenu::new(label(words), *enabled);
                    for item in self.items(rows)? {
                        sub.append(item.as_ref())?;
                    }
                    Box::new(sub)
                }
            });
        }
        Ok(items)
    }

    fn clicked(&mut self, id: &MenuId) {
        if let Some(command) = self.clicks.get(id.as_ref()) {
            menu::ask(&self.commands, command);
        }
        // The system ticked the box itself: paint what is true.
        if let Some(picture) = self.painted.take() {
            self.show(picture);
        }
    }
}

fn icon(picture: &Picture) -> Result<Icon, tray_icon::BadIcon> {
    let wanted = icon_size();
    let mut sizes = picture.icon.pixels();
    let fitting = sizes.find(|(size, _)| *size >= wanted).or_else(|| picture.icon.pixels().last());
    let (size, rgba) = fitting.unwrap_or((0, &[]));
    Icon::from_rgba(rgba.to_vec(), size, size)
}

/// A menu takes a single ampersand for the mark of an access key.
fn label(words: &str) -> String {
    words.replace('&', "&&")
}
