//! What the menu of a held status costs to lay out: `cargo bench -p presence-tray`. A program has no library to take the
//! menu from, so that its few files are compiled here once more.

#![allow(missing_docs, reason = "criterion's macros")]
#![allow(dead_code, unused_imports, reason = "only the menu is laid out")]

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use chrono::Local;
use criterion::{Criterion, criterion_group, criterion_main};
use presence_core::{Account, AccountView, Progress, SessionView, Status, Time, View, WishView};
use presence_host::Moment;

#[path = "../src/icons.rs"]
mod icons;
#[path = "../src/menu.rs"]
mod menu;
#[path = "../src/words/menu.rs"]
mod menu_words;
#[path = "../src/words/time.rs"]
mod time;

mod words {
    pub(crate) use crate::{menu_words as menu, time};
}

fn held() -> View {
    let account =
        Account { oid: "megan".to_owned(), tenant: "contoso".to_owned(), name: "Megan".to_owned() };
    let until = Time::ZERO + Duration::from_secs(3600);
    View {
        account: AccountView::SignedIn(Arc::new(account)),
        wish: Some(WishView {
            status: Status::Available,
            until: Some(until),
            lasts: Some(Duration::from_secs(3600)),
        }),
        progress: Progress::Settled,
        session: Some(SessionView {
            status: Status::Available,
            renews_at: None,
            expires_at: until,
        }),
        effective: None,
        difference: None,
        message: None,
        recent_messages: Default::default(),
        problem: None,
        desktop: Vec::new(),
    }
}

fn layout(criterion: &mut Criterion) {
    let (view, moment) = (held(), Moment { time: Time::ZERO, wall: Local::now() });
    criterion.bench_function("menu", |bencher| {
        bencher.iter(|| menu::Picture::of(black_box(&view), black_box(&moment)));
    });
}

criterion_group!(benches, layout);
criterion_main!(benches);
