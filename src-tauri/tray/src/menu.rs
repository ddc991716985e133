//! Owns the tray menu as a pure function of the view; refuses to paint it.

use chrono::{DateTime, Local};
use presence_core::{
    AccountView, Command, ProblemKind, Progress, Sentence, SignInMethod, Status, Time, View,
    WishView,
};
use presence_host::{Commands, Moment};

use crate::words::{menu as words, time};

/// A row of the menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Row {
    /// Words that cannot be clicked.
    Line(String),
    Separator,
    Item(Item),
    Sub {
        label: String,
        enabled: bool,
        rows: Vec<Row>,
    },
}

/// A row that can be clicked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) label: String,
    pub(crate) enabled: bool,
    pub(crate) mark: Mark,
    /// What a click asks for; nothing on the checked status.
    pub(crate) command: Option<Command>,
}

/// What stands before a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    None,
    /// A check box.
    Check(bool),
    /// A check box and the status's dot.
    Status(Status, bool),
}

/// Everything the tray shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Picture {
    pub(crate) rows: Vec<Row>,
    pub(crate) icon: crate::icons::Icon,
    pub(crate) tooltip: String,
}

impl Picture {
    /// What the tray shows of `view` at `moment`.
    pub(crate) fn of(view: &View, moment: &Moment) -> Picture {
        let tooltip = headline(view, moment);
        Picture { rows: rows(view, &tooltip), icon: crate::icons::Icon::of(view), tooltip }
    }
}

/// Asks for what a row was clicked for. Its failure is announced where no view shows it.
pub(crate) fn ask(commands: &Commands, command: &Command) {
    match command {
        Command::Reset => commands.press(command.clone()),
        Command::Set { .. }
        | Command::SetDuration { .. }
        | Command::Toggle { .. }
        | Command::Clear
        | Command::SignIn { .. }
        | Command::CancelSignIn
        | Command::SignOut
        | Command::Look
        | Command::Open
        | Command::Reload
        | Command::Quit => commands.tell(command.clone()),
    }
}

fn rows(view: &View, headline: &str) -> Vec<Row> {
    let mut rows = Vec::new();
    match &view.account {
        AccountView::NotConfigured => {
            rows.extend([plain(words::SET_UP, Command::Open), Row::Separator])
        }
        AccountView::SignedOut
        | AccountView::SignInNeeded { .. }
        | AccountView::SigningIn { .. } => {
            rows.extend([sign_in(), Row::Separator]);
        }
        // Who does not wait for the keyring can sign in anew.
        AccountView::Looking if is_keyring_unavailable(view) => {
            rows.extend([sign_in(), Row::Separator]);
        }
        AccountView::Looking | AccountView::SignedIn { .. } => {}
    }
    rows.extend([Row::Line(headline.to_owned()), Row::Separator]);
    let wish = view.wish.as_ref();
    let can_choose = can_choose(view);
    rows.extend(Status::ALL.map(|status| choice(status, wish, can_choose)));
    rows.extend([
        Row::Separator,
        lasting(wish, can_choose),
        Row::Item(Item {
            label: words::CLEAR.said().to_owned(),
            enabled: can_choose && (wish.is_some() || view.session.is_some()),
            mark: Mark::None,
            command: Some(Command::Clear),
        }),
    ]);
    rows.extend(reset(view));
    rows.extend([Row::Separator, plain(words::OPEN, Command::Open)]);
    rows.extend(account(&view.account));
    rows.push(plain(words::QUIT, Command::Quit));
    rows
}

fn can_choose(view: &View) -> bool {
    match &view.account {
        AccountView::NotConfigured | AccountView::SignedOut => false,
        AccountView::SigningIn { .. } => view.wish.is_some() || view.session.is_some(),
        AccountView::Looking | AccountView::SignInNeeded { .. } | AccountView::SignedIn { .. } => {
            true
        }
    }
}

fn choice(status: Status, wish: Option<&WishView>, enabled: bool) -> Row {
    let checked = wish.is_some_and(|wish| wish.status == status);
    Row::Item(Item {
        label: status.label().to_owned(),
        enabled,
        mark: Mark::Status(status, checked),
        command: (!checked).then_some(Command::Set { status, seconds: None, message: None }),
    })
}

fn lasting(wish: Option<&WishView>, can_choose: bool) -> Row {
    let spans = [None, Some(1_800), Some(3_600), Some(7_200), Some(14_400)];
    let chosen = wish.map(|wish| wish.lasts.map(|lasts| lasts.as_secs()));
    let item = |seconds: Option<u64>| {
        Row::Item(Item {
            label: words::lasting(seconds),
            enabled: true,
            mark: Mark::Check(chosen == Some(seconds)),
            command: Some(Command::SetDuration { seconds }),
        })
    };
    Row::Sub {
        label: words::FOR.said().to_owned(),
        enabled: can_choose && wish.is_some(),
        rows: spans.map(item).into(),
    }
}

/// What removes a status that the person chose in Teams, where that may stand before the session.
fn reset(view: &View) -> Option<Row> {
    view.difference.as_ref().filter(|difference| difference.can_reset)?;
    let rows = vec![plain(words::RESET_NOW, Command::Reset)];
    Some(Row::Sub { label: words::RESET.said().to_owned(), enabled: true, rows })
}

fn account(account: &AccountView) -> Vec<Row> {
    match account {
        AccountView::SignedIn(account) | AccountView::SignInNeeded(account) => {
            vec![Row::Sub {
                label: words::signed_in_as(&account.name),
                enabled: true,
                rows: vec![plain(words::SIGN_OUT, Command::SignOut)],
            }]
        }
        AccountView::SigningIn { .. } => vec![plain(words::CANCEL_SIGN_IN, Command::CancelSignIn)],
        AccountView::NotConfigured | AccountView::Looking | AccountView::SignedOut => Vec::new(),
    }
}

fn is_keyring_unavailable(view: &View) -> bool {
    view.problem.as_ref().is_some_and(|problem| problem.kind == ProblemKind::KeyringUnavailable)
}

fn sign_in() -> Row {
    plain(words::SIGN_IN, Command::SignIn { method: SignInMethod::Browser })
}

fn plain(label: Sentence, command: Command) -> Row {
    Row::Item(Item {
        label: label.said().to_owned(),
        enabled: true,
        mark: Mark::None,
        command: Some(command),
    })
}

/// The first row: what holds, or the problem in a few words.
pub(crate) fn headline(view: &View, moment: &Moment) -> String {
    if let AccountView::SigningIn { code, .. } = &view.account {
        return match code {
            Some((code, uri)) => words::enter_code(&code.0, uri),
            None => words::WAITING_FOR_SIGN_IN.said().to_owned(),
        };
    }
    if let Some(problem) = &view.problem {
        return problem.title.clone();
    }
    match (&view.account, view.progress, &view.wish) {
        (AccountView::Looking, Progress::Setting | Progress::Settled, _) => {
            words::WAITING_FOR_KEYRING.said().to_owned()
        }
        (AccountView::SignedOut, _, None) => words::NOT_SIGNED_IN.said().to_owned(),
        (_, Progress::Setting, _) => words::SETTING.said().to_owned(),
        (_, Progress::Clearing, _) => words::CLEARING.said().to_owned(),
        (_, Progress::Settled | Progress::Waiting, Some(wish)) => holds(view, wish, moment),
        (_, Progress::Settled | Progress::Waiting, None) => words::NO_STATUS.said().to_owned(),
    }
}

fn holds(view: &View, wish: &WishView, moment: &Moment) -> String {
    let until = wish.until.map(|until| clock(until, moment));
    let seen = view.effective.as_ref().filter(|_| view.difference.is_some());
    let seen = seen.map(|seen| seen.availability.as_str());
    words::holds(wish.status, until.as_deref(), seen)
}

/// "15:42", with the day when it is not today.
pub(crate) fn clock(time: Time, moment: &Moment) -> String {
    let wall: DateTime<Local> = moment.wall(time);
    if wall.date_naive() == moment.wall.date_naive() {
        time::minute(wall)
    } else {
        time::day_and_minute(wall)
    }
}

#[cfg(test)]
#[path = "menu/tests.rs"] // the benchmark compiles this file, too
mod tests;
