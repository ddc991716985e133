//! What is answered in the service's place when something goes wrong on purpose; it refuses to choose what does.

use std::time::Duration;

use super::Cloud;
use super::faults::{Kind, On, RetryAfter};
use super::pages;
use super::wire::{Millis, Response};

impl Cloud {
    /// A status with the error body of the service that was asked.
    pub(crate) fn broken(
        &mut self,
        now: Millis,
        kind: Kind,
        status: u16,
        after: Option<RetryAfter>,
    ) -> Response {
        let response = self.saying(now, kind, status, "");
        self.patient(now, response, after)
    }

    /// The same, in these words.
    pub(crate) fn saying(&mut self, now: Millis, kind: Kind, status: u16, text: &str) -> Response {
        if On::Entra.meets(kind) {
            let mut response = self.entra_status(now, status);
            if !text.is_empty() {
                let mut body = response.value();
                body["error_description"] = text.into();
                response.body = body.to_string().into_bytes();
            }
            response
        } else {
            self.graph_status(now, status, text)
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
