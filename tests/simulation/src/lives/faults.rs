//! What can go wrong on the way to the service and at it; it refuses to choose when.

use std::sync::LazyLock;

use super::life::{Life, SECOND};
use crate::cloud::{Fault, Kind, On, RetryAfter, TokenError, Words};

/// A proxy answers with any of them.
const PAGES: [u16; 12] = [200, 302, 400, 401, 403, 404, 407, 429, 500, 502, 503, 511];
/// Until the year 9999.
const AGES: u64 = 250_000_000_000;
/// What a service may say of an error.
static WORDS: LazyLock<[Words; 4]> = LazyLock::new(|| {
    let long = "It is not known what happened. ".repeat(3_000);
    let hostile = "\u{1b}]0;pwned\u{7}\u{1b}[2J\r\n\u{202e}<b>";
    ["", "It did not work.", &long, hostile].map(Words::new)
});

impl Life {
    pub(super) fn on(&mut self) -> On {
        self.chance.one(&[
            On::All,
            On::Graph,
            On::Graph,
            On::Token,
            On::Kind(Kind::SetPresence),
            On::Kind(Kind::ClearPresence),
            On::Kind(Kind::Refresh),
        ])
    }

    pub(super) fn fault(&mut self) -> Fault {
        let seconds = self.chance.span(1, 400);
        let after = self.chance.one(&[
            None,
            Some(RetryAfter::Seconds(seconds)),
            Some(RetryAfter::Date(seconds)),
        ]);
        match self.chance.below(19) {
            16 => Fault::Page(self.chance.one(&PAGES), self.patience()),
            17 => Fault::Page(self.chance.one(&PAGES), None),
            18 => Fault::Says(self.chance.one(&[400, 401, 403, 500]), self.chance.one(&*WORDS)),
            0..2 => Fault::LoseRequest,
            2..4 => Fault::LoseAnswer,
            4 => Fault::Silence,
            5 => Fault::CaptivePortal,
            6 => Fault::Late(self.chance.span(0, 40 * SECOND)),
            7..9 => Fault::LandLate(self.chance.span(0, 9_500)),
            9 => Fault::Status(429, after),
            10 => Fault::Status(503, after),
            11 => Fault::Status(self.chance.one(&[500, 502, 504]), None),
            12..14 => Fault::Status(self.chance.one(&[401, 401, 403, 400]), None),
            _ => Fault::TokenError(self.chance.one(&[
                TokenError::TemporarilyUnavailable,
                TokenError::ServerError,
                TokenError::InvalidGrant,
                TokenError::InteractionRequired,
            ])),
        }
    }

    /// What keeps a refresh longer than an end waits for it.
    pub(super) fn slow_token(&mut self) -> Fault {
        let millis = self.chance.span(2 * SECOND, 29 * SECOND);
        self.chance.one(&[Fault::Late(millis), Fault::Silence])
    }

    fn patience(&mut self) -> Option<RetryAfter> {
        let seconds = self.chance.one(&[1, 60, 3_600, AGES]);
        Some(self.chance.one(&[RetryAfter::Seconds(seconds), RetryAfter::Date(seconds)]))
    }
}
