//! One machine of a fleet: its core, its tokens and what it is asked to keep; it refuses to know the others.

use oauth2::RefreshToken;
use presence_core::{
    Account, CallId, Core, GrantId, Rules, Saved, SavedWish, Settings, Setup, Status,
};
use presence_wire::vault::Kept;
use presence_wire::{Pending, TokenStore};

use crate::cloud::{Millis, TENANT};
use crate::world::subject::Place;

#[derive(Debug)]
pub(super) struct Machine {
    pub(super) account: Account,
    pub(super) core: Core,
    pub(super) tokens: TokenStore,
    /// The call on its way, and how its response is read.
    pub(super) flight: Option<(CallId, Option<Pending>)>,
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
        let refresh_token = RefreshToken::new(refresh);
        let kept = Kept { account: account.clone(), refresh_token };
        let mut tokens = TokenStore::default();
        tokens.put_kept(GrantId::stored(0), Place::Contoso.registration().clone(), kept);
        let core = Core::new(setup(), Saved::default(), seed);
        Machine { account, core, tokens, flight: None, ticks_at: None, wish: None, told: 0, seed }
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
    Setup::Ready(Settings { identity: Place::Contoso.identity().to_owned(), ..Settings::default() })
}
