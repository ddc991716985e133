use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use chrono::Duration;
use presence_core::{
    Account, AccountView, Effective, Problem, ProblemKind, Progress, SessionView, Status, Time,
    View, WishView,
};

use super::*;
use crate::Moment;

#[test]
fn a_write_that_a_crash_cuts_at_any_byte_costs_nothing_but_itself() {
    let folder = Folder::new("torn");
    let profile = folder.profile();
    write(&profile, 0..4);
    let path = file::path(&profile);
    let good = fs::read(&path).unwrap();
    let whole = read(&profile);

    for length in 0..=good.len() {
        fs::write(&path, &good[..length]).unwrap();
        let left = read(&profile);
        // A line without its end is whole or nothing.
        let ends = good[..length].iter().filter(|byte| **byte == b'\n').count();
        let is_whole = left.len() == ends || good.get(length) == Some(&b'\n');
        assert!(is_whole && left == whole[..left.len()], "{length}");

        write(&profile, 4..5);

        let entries = read(&profile);
        assert_eq!(entries[..left.len()], left, "{length}");
        assert_eq!(entries.len(), left.len() + 3, "{length}");
    }
}

#[test]
fn foreign_lines_are_passed_over() {
    let folder = Folder::new("foreign");
    let profile = folder.profile();
    write(&profile, 0..2);
    let path = file::path(&profile);
    let whole = read(&profile);
    let mut bytes = b"\n\n{}\n[1]\n\xff\xfe\n{\"at\":\"soon\",\"is\":\"ended\"}\n{\"at\":\"2026-11-28T20:00:00Z\",\"is\":\"newer\"}\n".to_vec();
    bytes.extend(vec![b' '; 100_000]);
    bytes.push(b'\n');
    bytes.extend(fs::read(&path).unwrap());

    fs::write(&path, bytes).unwrap();

    assert_eq!(read(&profile), whole);
}

#[test]
fn two_weeks_of_busy_use_stay_under_a_megabyte_and_whole() {
    let folder = Folder::new("busy");
    let profile = folder.profile();
    let begin = moment(0);
    let mut recorder = Recorder::start(&profile, Starter::Program, &begin);
    let mut before = None;

    // For 14 days, 10 hours a day: another status every 10 minutes, each with all that follows.
    for day in 0..14 {
        for choice in 0..60 {
            let second = day * 86_400 + choice * 600;
            let (old, new) = (status(choice), status(choice + 1));
            for (later, wanted, session, seen) in
                [(0, new, old, None), (1, new, new, None), (2, new, new, Some(new))]
            {
                let view = View { effective: seen.map(effective), ..view(wanted, Some(session)) };
                recorder.shows(before.as_ref(), &view, &moment(second + later));
                recorder.write();
                before = Some(view);
            }
        }
    }

    assert!(file::size(&file::path(&profile)) < file::LIMIT);
    let history = History::read(&profile).unwrap();
    assert_eq!(history.entries.len(), 1 + 14 * 60 * 3);
}

#[test]
fn without_end_the_newest_stay_and_what_held_before_them() {
    let folder = Folder::new("endless");
    let profile = folder.profile();
    let mut recorder = Recorder::start(&profile, Starter::Program, &moment(0));
    let mut rewritten = 0;
    let mut last = 0;
    for choice in 0..20_000 {
        recorder.shows(None, &view(status(choice), None), &moment(choice));
        recorder.write();
        let size = file::size(&file::path(&profile));
        assert!(size <= file::LIMIT);
        rewritten += u32::from(size < last);
        last = size;
    }
    assert!((1..=5).contains(&rewritten), "rewritten {rewritten} times");
    let entries = read(&profile);
    assert_eq!(entries.last().unwrap().at, moment(19_999).wall.to_utc());

    recorder.shows(None, &view(Status::Away, None), &moment(30 * 86_400));
    recorder.write();

    let entries = read(&profile);
    assert_eq!(entries.len(), 2, "the newest, and the one that held until then");
    assert_eq!(entries[0].at, moment(19_999).wall.to_utc());
}

#[test]
fn a_file_that_cannot_be_written_is_written_again_as_soon_as_it_can_be() {
    let folder = Folder::new("full");
    let profile = folder.profile();
    let path = file::path(&profile);
    fs::create_dir_all(&path).unwrap();
    let mut recorder = Recorder::start(&profile, Starter::Program, &moment(0));
    let view = view(Status::Away, Some(Status::Away));
    recorder.shows(None, &view, &moment(1));
    recorder.write();
    assert!(recorder.has_failed);

    fs::remove_dir(&path).unwrap();
    recorder.shows(Some(&view), &view, &moment(2));
    recorder.write();

    assert!(!recorder.has_failed);
    let entries = read(&profile);
    assert!(
        matches!(&entries[..], [Entry { what: What::Now(said), .. }] if said.session == Some(Status::Away))
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said_once_and_nothing_is_kept_for_it() {
    let folder = Folder::new("no room");
    let profile = folder.profile();
    std::os::unix::fs::symlink("/dev/full", file::path(&profile)).unwrap();
    let mut recorder = Recorder::start(&profile, Starter::Program, &moment(0));

    for second in 1..10 {
        recorder.shows(None, &view(status(second), None), &moment(second));
        recorder.write();
        assert!(recorder.has_failed && !recorder.is_due());
    }

    assert_eq!(read(&profile), []);
}

#[test]
fn a_sleep_is_noted_by_the_word_of_it_by_its_length_and_by_what_comes_late() {
    let asleep = |happens: &dyn Fn(&mut Recorder)| {
        let folder = Folder::new("sleep");
        let profile = folder.profile();
        let mut recorder = Recorder::start(&profile, Starter::Program, &moment(0));
        recorder.falls_asleep(moment(10));
        happens(&mut recorder);
        recorder.write();
        let entries = read(&profile).into_iter();
        let slept = entries.filter_map(|entry| match entry.what {
            What::Woke { from } => Some((from, entry.at)),
            What::Started { .. } | What::Now(_) | What::Ended => None,
        });
        slept.collect::<Vec<_>>()
    };
    let at = |second| moment(second).wall.to_utc();

    assert_eq!(asleep(&|recorder| recorder.awake(true, &moment(20))), [(at(10), at(20))]);
    assert_eq!(asleep(&|recorder| recorder.slept(5_000, &moment(20))), [(at(15), at(20))]);
    assert_eq!(asleep(&|recorder| recorder.awake(false, &moment(900))), [(at(10), at(900))]);
    let stays_awake = |recorder: &mut Recorder| {
        recorder.awake(false, &moment(20));
        recorder.awake(false, &moment(41));
        recorder.awake(true, &moment(900));
    };
    assert_eq!(asleep(&stays_awake), []);
}

#[test]
fn a_renewal_takes_no_room_and_is_a_sign_of_life() {
    let folder = Folder::new("renewal");
    let profile = folder.profile();
    let path = file::path(&profile);
    let mut recorder = Recorder::start(&profile, Starter::Program, &moment(0));
    let view = view(Status::Away, Some(Status::Away));
    recorder.shows(None, &view, &moment(1));
    recorder.write();
    let long_ago = std::time::SystemTime::UNIX_EPOCH;
    fs::File::options().append(true).open(&path).unwrap().set_modified(long_ago).unwrap();
    let size = file::size(&path);

    recorder.shows(Some(&view), &view, &moment(2));
    recorder.write();

    assert_eq!(file::size(&path), size);
    assert!(Utc::now() - file::alive_until(&path).unwrap() < Duration::minutes(1));
}

#[test]
fn a_session_that_ran_out_unnoticed_ended_when_it_ran_out() {
    let folder = Folder::new("ran out");
    let profile = folder.profile();
    let mut recorder = Recorder::start(&profile, Starter::Program, &moment(0));
    let held = view(Status::Away, Some(Status::Away));
    recorder.shows(None, &held, &moment(1));

    recorder.shows(Some(&held), &view(Status::Away, None), &moment(4_000));
    recorder.write();

    let entries = read(&profile);
    let ended = entries
        .iter()
        .find(|entry| matches!(&entry.what, What::Now(said) if said.session.is_none()));
    assert_eq!(ended.unwrap().at, moment(3_600).wall.to_utc());
}

#[test]
fn the_end_of_a_timed_status_stays_what_it_was_though_two_clocks_drift() {
    let folder = Folder::new("drift");
    let profile = folder.profile();
    let mut recorder = Recorder::start(&profile, Starter::Program, &moment(0));
    let wish = |until| WishView { status: Status::Away, until: Some(until), lasts: None };
    let timed = |until, session| View {
        wish: Some(wish(Time::from_millis(until))),
        ..view(Status::Away, session)
    };
    let late = Moment { wall: moment(12).wall, ..moment(10) };

    recorder.shows(None, &timed(600_000, None), &moment(1));
    recorder.shows(None, &timed(600_000, Some(Status::Away)), &late);
    recorder.shows(None, &timed(700_000, Some(Status::Away)), &late);
    recorder.write();

    let until = |entry: &Entry| match &entry.what {
        What::Now(said) => said.until,
        What::Started { .. } | What::Woke { .. } | What::Ended => None,
    };
    let ends: Vec<_> = read(&profile).iter().filter_map(until).collect();
    assert_eq!(ends, [600, 600, 702].map(|second| moment(second).wall.to_utc()));
}

#[test]
fn no_line_names_the_person() {
    let folder = Folder::new("named");
    let profile = folder.profile();
    let mut recorder = Recorder::start(&profile, Starter::Program, &moment(0));
    let oid = "0a1b2c3d-1111-2222-3333-444455556666";
    let problem = Problem::new(
        ProblemKind::SignInFailed,
        "The sign-in of Megan failed",
        format!("Entra said: the user megan@contoso.com ({oid}) is blocked"),
        "Ask megan@contoso.com",
    );
    let (name, tenant) = ("Megan".to_owned(), oid.to_owned());
    let account = AccountView::SignedIn(Arc::new(Account { oid: String::new(), tenant, name }));

    recorder.shows(
        None,
        &View { problem: Some(problem), account, ..view(Status::Away, None) },
        &moment(1),
    );
    recorder.write();

    let text = fs::read_to_string(file::path(&profile)).unwrap();
    assert!(text.contains("is blocked") && text.contains("sign-in-failed"), "{text}");
    for private in ["Megan", "megan", "contoso", oid] {
        assert!(!text.contains(private), "{text}");
    }
}

#[cfg(unix)]
#[test]
fn the_file_is_its_owners_only() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new("mode");
    let profile = folder.profile();
    write(&profile, 0..1);
    let mode = fs::metadata(file::path(&profile)).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn pages_are_bounded_and_together_the_whole() {
    let folder = Folder::new("pages");
    let profile = folder.profile();
    write(&profile, 0..2_000);
    let (begin, now) = (moment(0).wall.to_utc(), moment(2_001).wall.to_utc());
    let whole = spans(&History::read(&profile).unwrap(), begin, now, true);

    let (mut after, mut told, mut missed, mut pages) = (Some(0), Vec::new(), Vec::new(), 0);
    while let Some(first) = after {
        let page = Page::read(&profile, begin, first, now).unwrap();
        assert!(serde_json::to_vec(&page).unwrap().len() < 60 * 1024);
        told.extend(page.spans);
        missed.extend(page.lapses);
        (after, pages) = (page.next, pages + 1);
    }

    assert_eq!(missed, lapses(&whole));
    assert_eq!(told, whole.into_iter().map(SpanReport::from).collect::<Vec<_>>());
    assert!(pages > 2, "{pages}");
}

#[test]
fn a_page_begins_with_what_held_then() {
    let folder = Folder::new("since");
    let profile = folder.profile();
    write(&profile, 0..100);
    let at = |seconds| moment(seconds).wall.to_utc();

    let late = Page::read(&profile, at(90), 0, at(101)).unwrap();
    let never = Page::read(&profile, at(1_000), 0, at(1_100)).unwrap();

    assert_eq!((late.spans[0].from, late.spans[0].said.wanted), (at(90), Some(status(90))));
    assert_eq!((late.spans.len(), late.next), (11, None));
    assert_eq!((never.spans.len(), never.spans[0].is), (1, Running::NotRunning));
}

/// Writes, for each second, an entry by itself.
fn write(profile: &Profile, seconds: std::ops::Range<i64>) {
    let mut recorder = Recorder::start(profile, Starter::Program, &moment(seconds.start));
    let end = seconds.end;
    for second in seconds {
        recorder.shows(None, &view(status(second), None), &moment(second));
        recorder.write();
    }
    recorder.end(&moment(end));
}

fn read(profile: &Profile) -> Vec<Entry> {
    History::read(profile).unwrap().entries
}

fn status(number: i64) -> Status {
    Status::ALL[usize::try_from(number).unwrap() % 5]
}

fn effective(status: Status) -> Effective {
    let (availability, activity) = (status.availability().to_owned(), status.activity().to_owned());
    Effective { availability, activity }
}

/// A session expires an hour after the first moment.
fn view(wanted: Status, session: Option<Status>) -> View {
    View {
        account: AccountView::SignedOut,
        wish: Some(WishView { status: wanted, until: None, lasts: None }),
        progress: Progress::Settled,
        session: session.map(|status| SessionView {
            status,
            renews_at: None,
            expires_at: Time::from_millis(3_600_000),
        }),
        effective: None,
        difference: None,
        message: None,
        recent_messages: Default::default(),
        problem: None,
        desktop: Vec::new(),
    }
}

/// So many seconds after a fixed one.
fn moment(seconds: i64) -> Moment {
    let begin = "2026-11-01T08:00:00Z".parse::<DateTime<Utc>>().unwrap();
    let wall = (begin + Duration::seconds(seconds)).with_timezone(&chrono::Local);
    Moment { time: Time::from_millis(seconds * 1_000), wall }
}

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let name = format!("presence-tray-history-{name}-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(folder.join("state")).unwrap();
        Folder(folder)
    }

    fn profile(&self) -> Profile {
        Profile::under(&self.0).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
