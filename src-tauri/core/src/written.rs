//! Owns what of ours may stand as a person's status message, and what was last found there; refuses to know what is
//! wanted, and to remove what was not just found to be ours.

use std::sync::Arc;

use crate::{FoundMessage, GraphRequest, Rules, StatusMessage, Time};

/// What we wrote and may still stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Written {
    texts: Arc<Vec<StatusMessage>>,
    /// Until when a write that was given up may still land.
    late_write: Option<Time>,
    /// What was found last, and when, unless something of ours was written since.
    found: Option<(Time, FoundMessage)>,
}

impl Written {
    /// What a run before this one wrote.
    pub(crate) fn resumed(texts: Arc<Vec<StatusMessage>>) -> Written {
        Written { texts, ..Written::default() }
    }

    /// Whatever may stand.
    pub(crate) fn texts(&self) -> &Arc<Vec<StatusMessage>> {
        &self.texts
    }

    /// Whether nothing that was given up can still land.
    pub(crate) fn is_settled(&self, now: Time) -> bool {
        self.late_write.is_none_or(|late| late <= now)
    }

    /// What was just found.
    pub(crate) fn just_found(&self, now: Time, rules: &Rules) -> Option<FoundMessage> {
        let (at, found) = self.found?;
        (now < at + rules.look_fresh).then_some(found)
    }

    /// The next call so that nothing of ours stands, and when.
    pub(crate) fn removal(&self, now: Time, rules: &Rules) -> Option<(Time, GraphRequest)> {
        if self.texts.is_empty() {
            return None;
        }
        if self.just_found(now, rules) == Some(FoundMessage::Ours) {
            return Some((Time::AT_ONCE, GraphRequest::ClearMessage));
        }
        let at = match self.found {
            Some((_, FoundMessage::Nothing | FoundMessage::Theirs)) => self.late_write,
            Some((_, FoundMessage::Ours)) | None => None,
        };
        let read = GraphRequest::ReadMessage { ours: self.texts.clone() };
        Some((at.unwrap_or(Time::AT_ONCE), read))
    }

    /// `text` is about to be written.
    pub(crate) fn begins(&mut self, text: &StatusMessage) {
        if !self.texts.contains(text) {
            Arc::make_mut(&mut self.texts).push(text.clone());
        }
        self.found = None;
    }

    /// The service has `text` since a call that was sent then.
    pub(crate) fn wrote(&mut self, text: &StatusMessage, sent_at: Time) {
        self.landed(sent_at);
        if self.late_write.is_none() {
            self.texts = Arc::default();
        }
        self.begins(text);
    }

    /// The service has no message since a call that was sent then.
    pub(crate) fn cleared(&mut self, sent_at: Time, now: Time) {
        self.saw(FoundMessage::Nothing, sent_at, now);
    }

    /// `found` stood when a reading came to the service that was sent then.
    pub(crate) fn saw(&mut self, found: FoundMessage, sent_at: Time, now: Time) {
        self.landed(sent_at);
        self.found = Some((now, found));
        let is_gone = found != FoundMessage::Ours && self.late_write.is_none();
        if is_gone {
            self.texts = Arc::default();
        }
    }

    /// Whatever was found says nothing any more.
    pub(crate) fn doubt(&mut self) {
        self.found = None;
    }

    /// A write was given up, and may still land.
    pub(crate) fn given_up(&mut self, until: Time) {
        self.late_write = self.late_write.max(Some(until));
        self.doubt();
    }

    /// What was written for the same person elsewhere.
    pub(crate) fn join(&mut self, other: Written) {
        for text in &*other.texts {
            self.begins(text);
        }
        self.late_write = self.late_write.max(other.late_write);
    }

    fn landed(&mut self, sent_at: Time) {
        self.late_write.take_if(|late| sent_at >= *late);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::tests::context;

    fn at(seconds: i64) -> Time {
        Time::from_millis(seconds * 1_000)
    }

    fn text(text: &str) -> StatusMessage {
        text.parse().expect("it is a message")
    }

    #[test]
    fn only_what_was_just_found_to_be_ours_is_removed() {
        let rules = context().rules;
        let mut written = Written::resumed(vec![text("a")].into());
        let read =
            Some((Time::AT_ONCE, GraphRequest::ReadMessage { ours: vec![text("a")].into() }));
        assert_eq!(written.removal(at(0), &rules), read);
        written.saw(FoundMessage::Ours, at(0), at(1));
        assert_eq!(
            written.removal(at(2), &rules),
            Some((Time::AT_ONCE, GraphRequest::ClearMessage))
        );
        assert_eq!(written.removal(at(60), &rules), read, "somebody may have written since");
        written.saw(FoundMessage::Theirs, at(60), at(61));
        assert_eq!(written.removal(at(61), &rules), None);
    }

    #[test]
    fn what_may_still_land_is_looked_for_once_more() {
        let rules = context().rules;
        let mut written = Written::default();
        written.begins(&text("a"));
        written.given_up(at(10));
        written.saw(FoundMessage::Nothing, at(1), at(2));
        let (again, _) = written.removal(at(3), &rules).expect("it may still land");
        assert_eq!(again, at(10));
        written.saw(FoundMessage::Nothing, at(10), at(11));
        assert_eq!(written.removal(at(11), &rules), None);
    }

    #[test]
    fn a_write_takes_the_place_of_what_stood_unless_another_may_land_after_it() {
        let mut written = Written::resumed(vec![text("a")].into());
        written.wrote(&text("b"), at(1));
        assert_eq!(**written.texts(), [text("b")]);
        written.begins(&text("c"));
        written.given_up(at(20));
        written.wrote(&text("d"), at(12));
        assert_eq!(**written.texts(), [text("b"), text("c"), text("d")]);
    }
}
