//! One machine of a fleet: its core, its tokens and what it is asked to keep; it refuses to know the others.

use presence_core::{
    Account, Call, CallId, Core, GrantId, Rules, Saved, SavedWish, Settings, Setup, Status,
};

use crate::cloud::{Millis, TENANT};
use crate::world::purse::{Purse, Tokens};

#[derive(Debug)]
pub(super) struct Machine {
    pub(super) account: Account,
    pub(super) core: Core,
    pub(super) purse: Purse,
    pub(super) flight: Option<(CallId, Call)>,
    pub(super) ticks_at: Option<Millis>,
    /// What is wanted, and since when.
    pub(super) wish: Option<(Millis, Status)>,
    /// How often the person was told of something.
    pub(super) told: u32,
    seed: [u8; 32],
}

impl Machine {
    pub(super) fn off(oid: String, refresh: String, seed: [u8; 32]) -> Machine {
        let account = Account { oid, tenant: TENANT.to_owned(), name: "a".to_owned() };
        let refresh = Some(refresh);
        let identity = "contoso".to_owned();
        let tokens = Tokens { account: Some(account.clone()), access: None, refresh, identity };
        let mut purse = Purse::default();
        purse.put(GrantId::stored(0), tokens);
        let core = Core::new(setup(), Saved::default(), seed);
        Machine { account, core, purse, flight: None, ticks_at: None, wish: None, told: 0, seed }
    }

    pub(super) fn wants(&mut self, status: Option<Status>, at: Millis) {
        self.wish = status.map(|status| (at, status));
    }

    /// The program starts after an end in peace.
    pub(super) fn start(&mut self, rules: Rules) {
        let wish = match self.wish {
            Some((_, status)) => SavedWish::Status { status, until: None, lasts: None },
            None => SavedWish::Nothing,
        };
        let saved = Saved { wish, ended: true, ..Saved::default() };
        self.core = Core::with_rules(setup(), saved, self.seed, rules);
    }
}

fn setup() -> Setup {
    Setup::Ready(Settings { identity: "contoso".to_owned(), ..Settings::default() })
}
