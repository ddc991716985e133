//! Owns the status message that goes with the wanted status: its text, what became of it, and what of ours may stand at
//! the service. Refuses to know the status, and to write over what a person wrote in Teams.

use std::borrow::Cow;
use std::sync::Arc;

use crate::context::Context;
use crate::retrying::Retrying;
use crate::saved::keep;
use crate::written::Written;
use crate::{
    FoundMessage, GraphRequest, MessageState, MessageView, Outcome, Problem, Rules, SavedMessage,
    StatusMessage, Time, words,
};

/// How many messages are kept to pick from.
const RECENT: usize = 5;

/// What is to become of the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MessageGoal {
    /// It stays as it is.
    LeaveAlone,
    /// There is none of ours.
    Gone,
    /// As it is with this wish, whose status is not confirmed; that of another wish ends.
    Keep(u64),
    /// It stands as long as this wish, which has an end or not.
    Stand { wish: u64, ends: Option<Time> },
    /// Nobody renews it any more: that of this wish ends then at the latest.
    Shorten { wish: u64, ends: Time },
}

/// The message that a person chose with a wish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wanted {
    wish: u64,
    text: StatusMessage,
    stands: Stands,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Stands {
    NotYet,
    /// The service has it, and drops it then.
    Until(Time),
    /// The same, unless a later write of ours came through.
    Doubtful(Time),
    /// For this reason it is not set.
    No(Problem),
}

/// The status message.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    wanted: Option<Wanted>,
    /// What was wanted before somebody chose without knowing whether anyone is signed in.
    provisional: Option<Wanted>,
    written: Written,
    retrying: Retrying,
    /// Newest first.
    recent: Arc<Vec<StatusMessage>>,
}

impl Message {
    pub(crate) fn new() -> Message {
        Message {
            wanted: None,
            provisional: None,
            written: Written::default(),
            retrying: Retrying::new(),
            recent: Arc::default(),
        }
    }

    /// Takes up what a run before this one saved; `wish` is the number of its wish, if that is wanted again.
    pub(crate) fn resume(&mut self, saved: &SavedMessage, wish: Option<u64>) {
        self.written = Written::resumed(saved.written.clone());
        self.recent.clone_from(&saved.recent);
        let wanted = |(wish, text)| Wanted { wish, text, stands: Stands::NotYet };
        self.wanted = wish.zip(saved.wanted.clone()).map(wanted);
    }

    /// What a run before this one sent may still be on its way.
    pub(crate) fn doubt_the_run_before(&mut self, until: Time) {
        if !self.written.texts().is_empty() {
            self.written.given_up(until);
        }
    }

    /// The text that goes with this wish.
    pub(crate) fn text(&self, wish: u64) -> Option<&StatusMessage> {
        self.of(wish).map(|wanted| &wanted.text)
    }

    /// Whether none is wanted, and none of ours may stand.
    pub(crate) fn is_nothing(&self) -> bool {
        self.wanted.is_none() && self.written.texts().is_empty()
    }

    /// Whether a message is wanted with this wish, if any, or one of ours may stand: a reading and a call.
    pub(crate) fn needs_calls(&self, wish: Option<u64>) -> bool {
        wish.is_some_and(|wish| self.of(wish).is_some()) || !self.written.texts().is_empty()
    }

    /// Whether nothing that was given up can still land.
    pub(crate) fn is_settled(&self, now: Time) -> bool {
        self.written.is_settled(now)
    }

    /// The next call that the message needs, and when.
    pub(crate) fn call(
        &self,
        goal: MessageGoal,
        now: Time,
        rules: &Rules,
    ) -> Option<(Time, GraphRequest)> {
        let removal = || self.written.removal(now, rules);
        let (at, request) = match goal {
            MessageGoal::LeaveAlone => return None,
            MessageGoal::Gone => removal()?,
            MessageGoal::Keep(wish) => match self.of(wish) {
                Some(_) => return None,
                None => removal()?,
            },
            MessageGoal::Stand { wish, ends } => match self.of(wish) {
                Some(Wanted { stands: Stands::No(_), .. }) | None => removal()?,
                Some(wanted) => {
                    let at = wanted.due(ends, rules)?;
                    self.towards(wanted, ends.unwrap_or(now + rules.message_lasts), at, now, rules)
                }
            },
            MessageGoal::Shorten { wish, ends } => {
                match self.of(wish)? {
                    wanted @ Wanted {
                        stands: Stands::Until(end) | Stands::Doubtful(end), ..
                    } if ends < *end => self.towards(wanted, ends, Time::AT_ONCE, now, rules),
                    _ => return None,
                }
            }
        };
        Some((at.max(self.retrying.due()?), request))
    }

    /// Whoever sets it has just read what stands.
    fn towards(
        &self,
        wanted: &Wanted,
        ends: Time,
        at: Time,
        now: Time,
        rules: &Rules,
    ) -> (Time, GraphRequest) {
        let text = wanted.text.clone();
        let request = match self.written.just_found(now, rules) {
            Some(FoundMessage::Nothing | FoundMessage::Ours) => {
                GraphRequest::SetMessage { text, lasts: ends.since(now) }
            }
            Some(FoundMessage::Theirs) | None => {
                let mut ours = self.written.texts().clone();
                if !ours.contains(&text) {
                    Arc::make_mut(&mut ours).push(text);
                }
                GraphRequest::ReadMessage { ours }
            }
        };
        (at, request)
    }

    /// How the wish with this number ended for its message, once that is known.
    pub(crate) fn outcome(&self, wish: u64) -> Option<Outcome> {
        match self.of(wish).map(|wanted| &wanted.stands) {
            Some(Stands::NotYet | Stands::Doubtful(_)) => None,
            Some(Stands::No(problem)) => Some(Outcome::Partly(problem.clone())),
            Some(Stands::Until(_)) => Some(Outcome::Done),
            // Another person came in between.
            None => Some(Outcome::Failed(words::replaced())),
        }
    }

    /// What a face may show of the message of this wish.
    pub(crate) fn view(&self, wish: u64) -> Option<MessageView> {
        let Wanted { text, stands, .. } = self.of(wish)?;
        let (state, problem) = match stands {
            Stands::NotYet | Stands::Doubtful(_) => (MessageState::Setting, None),
            Stands::Until(_) => (MessageState::Set, None),
            Stands::No(problem) => (MessageState::NotSet, Some(Box::new(problem.clone()))),
        };
        Some(MessageView { text: text.clone(), state, problem })
    }

    /// The messages that were chosen last, newest first.
    pub(crate) fn recent(&self) -> &Arc<Vec<StatusMessage>> {
        &self.recent
    }

    /// Puts what survives a restart into `saved`, where the wish with this number is wanted, and `left` may stand of the
    /// same person; says whether that is anything else.
    pub(crate) fn save<'a>(
        &self,
        saved: &mut SavedMessage,
        wish: Option<u64>,
        left: impl Iterator<Item = &'a StatusMessage>,
    ) -> bool {
        let mut texts = Cow::Borrowed(self.written.texts());
        for text in left {
            if !texts.contains(text) {
                Arc::make_mut(texts.to_mut()).push(text.clone());
            }
        }
        let SavedMessage { wanted, written, recent } = saved;
        keep(wanted, &wish.and_then(|wish| self.text(wish)).cloned())
            | keep(written, &texts)
            | keep(recent, &self.recent)
    }

    /// A person chose this message, or none, with a wish.
    pub(crate) fn choose(&mut self, wish: u64, text: Option<StatusMessage>) {
        self.retrying = Retrying::new();
        if let Some(text) = &text {
            let recent = Arc::make_mut(&mut self.recent);
            recent.retain(|recent| recent != text);
            recent.insert(0, text.clone());
            recent.truncate(RECENT);
        }
        self.wanted = text.map(|text| Wanted { wish, text, stands: Stands::NotYet });
    }

    /// What is wanted now, should the next choice be undone.
    pub(crate) fn wanted(&self) -> Option<Wanted> {
        self.wanted.clone()
    }

    /// The choice that replaced `prior` is undone should nobody be signed in.
    pub(crate) fn make_provisional(&mut self, prior: Option<Wanted>) {
        self.provisional = prior;
    }

    /// Nobody is signed in: what was wanted before is wanted again.
    pub(crate) fn undo(&mut self) {
        self.wanted = self.provisional.take();
    }

    /// `text` is about to be written.
    pub(crate) fn begins(&mut self, text: &StatusMessage) {
        self.written.begins(text);
    }

    /// The service has `text` of this wish until `ends`.
    pub(crate) fn wrote(&mut self, wish: u64, text: &StatusMessage, sent_at: Time, ends: Time) {
        self.retrying = Retrying::new();
        self.written.wrote(text, sent_at);
        if let Some(wanted) = self.wanted.as_mut().filter(|wanted| wanted.wish == wish) {
            wanted.stands = Stands::Until(ends);
        }
    }

    /// The service has no message of ours any more.
    pub(crate) fn cleared(&mut self, sent_at: Time, now: Time) {
        self.retrying = Retrying::new();
        self.written.cleared(sent_at, now);
        if let Some(wanted) = &mut self.wanted
            && let Stands::Until(_) | Stands::Doubtful(_) = wanted.stands
        {
            wanted.stands = Stands::NotYet;
        }
    }

    /// `found` stands, with a view to this `goal`.
    pub(crate) fn saw(&mut self, found: FoundMessage, sent_at: Time, goal: MessageGoal, now: Time) {
        self.written.saw(found, sent_at, now);
        let (MessageGoal::Stand { wish, .. } | MessageGoal::Shorten { wish, .. }) = goal else {
            return;
        };
        let Some(wanted) = self.wanted.as_mut().filter(|wanted| wanted.wish == wish) else {
            return;
        };
        match (found, &wanted.stands) {
            (FoundMessage::Theirs, Stands::NotYet | Stands::Until(_) | Stands::Doubtful(_)) => {
                wanted.stands = Stands::No(words::message_kept());
            }
            // The person removed it in Teams.
            (FoundMessage::Nothing, Stands::Until(end)) if now < *end => self.wanted = None,
            (FoundMessage::Nothing | FoundMessage::Ours, _) | (_, Stands::No(_)) => {}
        }
    }

    /// Only a person or an administrator changes why a call for it failed.
    pub(crate) fn refused(&mut self, problem: Problem, cx: &Context) {
        self.written.doubt();
        self.retrying = Retrying::new();
        self.retrying.put_off(cx.now + cx.rules.slow_retry);
        if let Some(wanted) = &mut self.wanted
            && let Stands::NotYet | Stands::Doubtful(_) = wanted.stands
        {
            wanted.stands = Stands::No(problem);
        }
    }

    /// A call for it failed, and may work later, or when the service said; a write may have come through all the same.
    pub(crate) fn later(
        &mut self,
        may_have_written: bool,
        not_before: Option<Time>,
        cx: &mut Context,
    ) {
        self.written.doubt();
        if may_have_written {
            self.doubt();
        }
        self.retrying.begin();
        match not_before {
            Some(at) => self.retrying.put_off(at),
            None => self.retrying.later(0, cx),
        }
    }

    /// What failed is tried at `now`; what was refused, too.
    pub(crate) fn hasten(&mut self, now: Time) {
        self.retrying.hasten(now);
    }

    /// The machine or the network woke: what failed is tried at `now`.
    pub(crate) fn woke(&mut self, now: Time) {
        if self.retrying.tries() > 0 {
            self.hasten(now);
        }
    }

    /// A write was given up, and may still land.
    pub(crate) fn given_up(&mut self, until: Time) {
        self.written.given_up(until);
        self.doubt();
    }

    fn doubt(&mut self) {
        if let Some(wanted) = &mut self.wanted
            && let Stands::Until(ends) = wanted.stands
        {
            wanted.stands = Stands::Doubtful(ends);
        }
    }

    /// What was written is left to whoever is not signed in any more.
    pub(crate) fn hand_over(&mut self) -> Written {
        if let Some(wanted) = &mut self.wanted {
            wanted.stands = Stands::NotYet;
        }
        std::mem::take(&mut self.written)
    }

    /// What was left is ours again.
    pub(crate) fn take_back(&mut self, written: Written) {
        self.written.join(written);
    }

    fn of(&self, wish: u64) -> Option<&Wanted> {
        self.wanted.as_ref().filter(|wanted| wanted.wish == wish)
    }
}

impl Wanted {
    /// When it has to be set so that it stands as long as its wish.
    fn due(&self, ends: Option<Time>, rules: &Rules) -> Option<Time> {
        match (&self.stands, ends) {
            (Stands::NotYet | Stands::Doubtful(_), _) => Some(Time::AT_ONCE),
            (Stands::Until(end), Some(ends)) => (*end != ends).then_some(Time::AT_ONCE),
            (Stands::Until(end), None) => Some(*end - rules.message_ahead),
            (Stands::No(_), _) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::tests::context;

    const WISH: u64 = 7;
    const STAND: MessageGoal = MessageGoal::Stand { wish: WISH, ends: None };

    fn text(text: &str) -> StatusMessage {
        text.parse().expect("it is a message")
    }

    fn chosen(found: Option<FoundMessage>) -> (Message, Context) {
        let (mut message, cx) = (Message::new(), context());
        message.choose(WISH, Some(text("a")));
        if let Some(found) = found {
            message.saw(found, cx.now, STAND, cx.now);
        }
        (message, cx)
    }

    fn next(message: &Message, goal: MessageGoal, cx: &Context) -> Option<GraphRequest> {
        message.call(goal, cx.now, &cx.rules).map(|(_, request)| request)
    }

    #[test]
    fn it_is_read_before_it_is_set_and_what_a_person_wrote_stays() {
        let (message, cx) = chosen(None);
        let ours = vec![text("a")].into();
        assert_eq!(next(&message, STAND, &cx), Some(GraphRequest::ReadMessage { ours }));
        assert_eq!(next(&message, MessageGoal::Keep(WISH), &cx), None, "its status comes first");

        let (message, cx) = chosen(Some(FoundMessage::Nothing));
        assert!(message.needs_calls(Some(WISH)) && !message.needs_calls(None));
        let set = GraphRequest::SetMessage { text: text("a"), lasts: cx.rules.message_lasts };
        assert_eq!(next(&message, STAND, &cx), Some(set));

        let (message, cx) = chosen(Some(FoundMessage::Theirs));
        assert_eq!(next(&message, STAND, &cx), None);
        assert_eq!(next(&message, MessageGoal::Gone, &cx), None);
        assert!(matches!(message.outcome(WISH), Some(Outcome::Partly(_))));
    }

    #[test]
    fn what_stands_is_set_again_ahead_of_its_end_and_shortened_when_nobody_renews_it() {
        let (mut message, cx) = chosen(Some(FoundMessage::Nothing));
        let ends = cx.now + cx.rules.message_lasts;
        message.begins(&text("a"));
        message.wrote(WISH, &text("a"), cx.now, ends);
        let (again, _) = message.call(STAND, cx.now, &cx.rules).expect("it is renewed");
        assert_eq!(again, ends - cx.rules.message_ahead);
        let until = MessageGoal::Stand { wish: WISH, ends: Some(ends) };
        assert_eq!(next(&message, until, &cx), None, "it ends with its status");
        let sooner = MessageGoal::Shorten { wish: WISH, ends: cx.now + cx.rules.fade };
        assert!(next(&message, sooner, &cx).is_some());
        assert!(next(&message, MessageGoal::Keep(WISH + 1), &cx).is_some(), "another wish ends it");
    }

    #[test]
    fn what_a_person_deleted_does_not_come_back_and_what_expired_does() {
        let (mut message, mut cx) = chosen(Some(FoundMessage::Nothing));
        let ends = cx.now + cx.rules.message_lasts;
        message.wrote(WISH, &text("a"), cx.now, ends);
        let mut expired = message.clone();
        message.saw(FoundMessage::Nothing, cx.now, STAND, cx.now);
        assert_eq!((next(&message, STAND, &cx), message.view(WISH)), (None, None));
        cx.advance(ends);
        expired.saw(FoundMessage::Nothing, cx.now, STAND, cx.now);
        assert!(matches!(next(&expired, STAND, &cx), Some(GraphRequest::SetMessage { .. })));
    }

    #[test]
    fn five_messages_are_kept_to_pick_from() {
        let mut message = Message::new();
        for (wish, word) in ["a", "b", "c", "d", "e", "f", "b"].into_iter().enumerate() {
            message.choose(wish as u64, Some(text(word)));
        }
        let recent: Vec<_> = message.recent().iter().map(StatusMessage::as_str).collect();
        assert_eq!(recent, ["b", "f", "e", "d", "c"]);
    }
}
