//! Owns what is promised about the menu of a view.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeZone;
use presence_core::{Account, Difference, DifferenceCause, Effective, Problem, SessionView};

use super::*;

fn moment() -> Moment {
    Moment { time: Time::ZERO, wall: Local.with_ymd_and_hms(2026, 11, 23, 15, 12, 0).unwrap() }
}

fn account(name: &str) -> Arc<Account> {
    Arc::new(Account { oid: "a-1".to_owned(), tenant: "t".to_owned(), name: name.to_owned() })
}

fn signed_in() -> View {
    View {
        account: AccountView::SignedIn(account("megan@contoso.com")),
        wish: None,
        progress: Progress::Settled,
        session: None,
        effective: None,
        difference: None,
        message: None,
        recent_messages: Default::default(),
        problem: None,
        desktop: Vec::new(),
    }
}

fn wanting(status: Status, lasts: Option<u64>) -> View {
    let lasts = lasts.map(Duration::from_secs);
    let wish = WishView { status, until: lasts.map(|lasts| Time::ZERO + lasts), lasts };
    View { wish: Some(wish), progress: Progress::Setting, ..signed_in() }
}

fn holding(status: Status, lasts: Option<u64>) -> View {
    let session =
        SessionView { status, renews_at: None, expires_at: Time::ZERO + Duration::from_secs(300) };
    View { session: Some(session), progress: Progress::Settled, ..wanting(status, lasts) }
}

/// The menu as a person reads it.
fn read(view: &View) -> String {
    fn lines(rows: &[Row], text: &mut String) {
        for row in rows {
            match row {
                Row::Line(line) => text.push_str(&format!("[{line}]\n")),
                Row::Separator => text.push_str("-\n"),
                Row::Item(item) => {
                    let check = match item.mark {
                        Mark::Check(true) | Mark::Status(_, true) => "✓ ",
                        Mark::None | Mark::Check(false) | Mark::Status(_, false) => "",
                    };
                    let off = if item.enabled { "" } else { " (off)" };
                    text.push_str(&format!("{check}{}{off}\n", item.label));
                }
                Row::Sub { label, enabled, rows } => {
                    text.push_str(&format!("{label} >{}\n", if *enabled { "" } else { " (off)" }));
                    let mut inner = String::new();
                    lines(rows, &mut inner);
                    text.extend(inner.lines().map(|line| format!("    {line}\n")));
                }
            }
        }
    }
    let mut text = String::new();
    lines(&Picture::of(view, &moment()).rows, &mut text);
    text
}

#[test]
fn a_held_status_reads_as_documented() {
    assert_eq!(
        read(&holding(Status::Available, Some(1_800))),
        "[Available until 15:42]\n-\n✓ Available\nIn a call\nIn a conference call\nAway\n\
         Presenting (do not disturb)\n-\nFor >\n    Until I change it\n    ✓ 30 minutes\n    1 hour\n    \
         2 hours\n    4 hours\nClear my status\n-\nOpen Presence Tray…\nSigned in as megan@contoso.com >\n    \
         Sign out\nQuit\n"
    );
}

#[test]
fn the_check_stands_where_the_wish_stands_while_it_is_being_set() {
    let text = read(&wanting(Status::Away, None));
    assert!(text.starts_with("[Setting…]\n"), "{text}");
    assert!(text.contains("✓ Away\n"), "{text}");
}

#[test]
fn clicking_the_checked_status_asks_for_nothing() {
    let picture = Picture::of(&holding(Status::Away, Some(1_800)), &moment());
    let away = picture.rows.iter().find_map(|row| match row {
        Row::Item(item) if item.label == "Away" => Some(item),
        Row::Item(_) | Row::Line(_) | Row::Separator | Row::Sub { .. } => None,
    });
    assert_eq!(away.unwrap().command, None);
}

#[test]
fn a_failed_wish_keeps_its_check_and_says_why() {
    let title = "Offline: will set Available when connected";
    let problem = Problem::new(ProblemKind::Offline, title, "", "");
    let view = View {
        problem: Some(problem),
        progress: Progress::Waiting,
        ..wanting(Status::Available, None)
    };
    let text = read(&view);
    assert!(text.starts_with(&format!("[{title}]\n")), "{text}");
    assert!(text.contains("✓ Available\n"), "{text}");
    assert_eq!(Picture::of(&view, &moment()).tooltip, title);
}

#[test]
fn signed_out_the_five_are_off_and_sign_in_comes_first() {
    let text = read(&View { account: AccountView::SignedOut, ..signed_in() });
    assert!(text.starts_with("Sign in…\n-\n[Not signed in]\n"), "{text}");
    for status in Status::ALL {
        assert!(text.contains(&format!("{} (off)\n", status.label())), "{text}");
    }
    assert!(text.contains("For > (off)\n"), "{text}");
}

#[test]
fn who_does_not_wait_for_the_keyring_can_sign_in() {
    let looking = View { account: AccountView::Looking, ..signed_in() };
    let problem =
        Problem::new(ProblemKind::KeyringUnavailable, "The keyring is not available", "", "");
    let unavailable = View { problem: Some(problem), ..looking.clone() };
    assert!(!read(&looking).contains("Sign in…"));
    assert!(read(&unavailable).starts_with("Sign in…\n-\n[The keyring is not available"));
}

#[test]
fn not_configured_set_up_comes_first() {
    let problem = Problem::new(ProblemKind::NotConfigured, "Not set up yet", "", "");
    let view = View { account: AccountView::NotConfigured, problem: Some(problem), ..signed_in() };
    assert!(read(&view).starts_with("Set up…\n-\n[Not set up yet]\n"), "{}", read(&view));
}

#[test]
fn a_person_who_must_sign_in_again_may_still_choose() {
    let account = AccountView::SignInNeeded(account("m@c.com"));
    let text = read(&View { account, ..wanting(Status::Away, None) });
    assert!(text.starts_with("Sign in…\n"), "{text}");
    assert!(text.contains("\nAvailable\n"), "{text}");
}

#[test]
fn what_colleagues_see_instead_is_named() {
    let difference = Difference {
        cause: DifferenceCause::Other,
        text: String::new(),
        remedy: String::new(),
        can_reset: false,
    };
    let effective =
        Effective { availability: "Busy".to_owned(), activity: "InAMeeting".to_owned() };
    let view = View {
        difference: Some(difference),
        effective: Some(effective),
        ..holding(Status::Available, None)
    };
    assert!(read(&view).starts_with("[Available (colleagues see Busy)]\n"), "{}", read(&view));
}

#[test]
fn an_end_on_another_day_names_the_day() {
    let text = read(&holding(Status::Away, Some(14 * 3_600)));
    assert!(text.starts_with("[Away until Tue 05:12]\n"), "{text}");
}
