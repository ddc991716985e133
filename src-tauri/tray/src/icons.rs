//! Owns which picture stands for a view; refuses to draw it: the pixels are rendered from `icons/` at build.

use presence_core::{AccountView, Effective, Progress, Status, View};

/// The sizes every icon is rendered in, pixels.
pub(crate) const SIZES: [u32; 5] = [16, 22, 24, 32, 48];

/// A picture: a status by colour and shape, and how it stands with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Icon {
    pub(crate) status: Option<Status>,
    pub(crate) style: Style,
}

/// How it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// It holds.
    Solid,
    /// It is being set.
    Setting,
    /// There is a problem.
    Problem,
}

impl Icon {
    /// The icon of `view`: what colleagues see, as far as it is known.
    pub(crate) fn of(view: &View) -> Icon {
        let wanted = view.wish.as_ref().map(|wish| wish.status);
        let holds = view.session.as_ref().map(|session| session.status);
        if view.problem.is_some() {
            return Icon { status: holds, style: Style::Problem };
        }
        match (view.progress, &view.account) {
            (_, AccountView::NotConfigured | AccountView::SignedOut) => {
                Icon { status: None, style: Style::Solid }
            }
            (Progress::Setting, _) => Icon { status: wanted, style: Style::Setting },
            (Progress::Clearing | Progress::Waiting, _) => {
                Icon { status: holds, style: Style::Setting }
            }
            (Progress::Settled, _) => {
                Icon { status: seen(holds, view.effective.as_ref()), style: Style::Solid }
            }
        }
    }

    /// The pixels of each of [`SIZES`], RGBA with straight alpha.
    pub(crate) fn pixels(self) -> impl Iterator<Item = (u32, &'static [u8])> {
        let name = self.status.map_or("none", Status::name);
        let style = match self.style {
            Style::Solid => "solid",
            Style::Setting => "setting",
            Style::Problem => "problem",
        };
        let mut rest: &'static [u8] = include!(concat!(env!("OUT_DIR"), "/icons.rs"));
        SIZES.into_iter().map(move |size| {
            let (image, after) = rest.split_at((size * size * 4) as usize);
            rest = after;
            (size, image)
        })
    }
}

/// What colleagues see, as the nearest of the five.
fn seen(holds: Option<Status>, effective: Option<&Effective>) -> Option<Status> {
    let holds = holds?;
    match effective.map(|effective| effective.availability.as_str()) {
        Some(availability) if availability == holds.availability() => Some(holds),
        Some("Available") => Some(Status::Available),
        Some("Busy") => Some(Status::InACall),
        Some("Away" | "BeRightBack") => Some(Status::Away),
        Some("DoNotDisturb") => Some(Status::Presenting),
        Some("Offline") => None,
        Some(_) | None => Some(holds),
    }
}

/// The dot before a menu row, a PNG.
#[cfg(target_os = "linux")]
pub(crate) fn dot(status: Status) -> &'static [u8] {
    match status {
        Status::Available => include_bytes!(concat!(env!("OUT_DIR"), "/available.png")),
        Status::InACall => include_bytes!(concat!(env!("OUT_DIR"), "/in-a-call.png")),
        Status::InAConferenceCall => {
            include_bytes!(concat!(env!("OUT_DIR"), "/in-a-conference-call.png"))
        }
        Status::Away => include_bytes!(concat!(env!("OUT_DIR"), "/away.png")),
        Status::Presenting => include_bytes!(concat!(env!("OUT_DIR"), "/presenting.png")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_icon_is_told_from_every_other_in_every_size() {
        let statuses = Status::ALL.into_iter().map(Some).chain([None]);
        let icons: Vec<Icon> = statuses
            .flat_map(|status| {
                [Style::Solid, Style::Setting, Style::Problem].map(|style| Icon { status, style })
            })
            .collect();
        for (index, icon) in icons.iter().enumerate() {
            for other in &icons[..index] {
                // Nothing is being set when nothing is wanted.
                if icon.status.is_none() && other.status.is_none() {
                    continue;
                }
                for ((size, one), (_, two)) in icon.pixels().zip(other.pixels()) {
                    assert_eq!(one.len(), (size * size * 4) as usize);
                    assert_ne!(one, two, "{icon:?} and {other:?} at {size}");
                }
            }
        }
    }
}
