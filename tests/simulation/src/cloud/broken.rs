//! What is answered in the service's place when something goes wrong on purpose; it refuses to choose what does.

use std::time::Duration;

use super::Cloud;
use super::faults::{Kind, On, RetryAfter};
use super::pages;
use super::wire::{Millis, Response, Words};

impl Cloud {
    /// A status with the error body of the service that was asked.
    pub(crate) fn broken(
        &mut self,
        now: Millis,
        kind: Kind,
        status: u16,
        after: Option<RetryAfter>,
    ) -> Response {
        let response = self.failed(now, kind, status);
        self.patient(now, response, after)
    }

    /// The same, in these words, if there are any.
    pub(crate) fn saying(
        &mut self,
        now: Millis,
        kind: Kind,
        status: u16,
        words: &Words,
    ) -> Response {
        let response = self.failed(now, kind, status);
        let field = if On::Entra.meets(kind) { "error_description" } else { "message" };
        if words.is_empty() { response } else { response.saying(field, words) }
    }

    fn failed(&mut self, now: Millis, kind: Kind, status: u16) -> Response {
        if On::Entra.meets(kind) {
            self.entra_status(now, status)
        } else {
            self.graph_status(now, status)
        }
    }

    /// A proxy's page with a status.
    pub(crate) fn page(&self, now: Millis, status: u16, after: Option<RetryAfter>) -> Response {
        self.patient(now, Response::html(status, pages::captive_portal()), after)
    }

    fn patient(&self, now: Millis, response: Response, after: Option<RetryAfter>) -> Response {
        match after {
            None => response,
            Some(RetryAfter::Seconds(seconds)) => response.with("retry-after", seconds.to_string()),
            Some(RetryAfter::Date(seconds)) => {
                let date = self.time(now) + Duration::from_secs(seconds);
                response.with("retry-after", httpdate::fmt_http_date(date))
            }
        }
    }
}
