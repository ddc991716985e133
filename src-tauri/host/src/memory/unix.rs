//! Owns the limit on core dumps (getrlimit(2), `RLIMIT_CORE`).

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Lets a crash leave no core dump. Programs that this one starts may allow themselves theirs again.
pub fn forbid_dumps() {
    let limit = Rlimit { current: Some(0), ..getrlimit(Resource::Core) };
    // A limit may always be lowered.
    let _ = setrlimit(Resource::Core, limit);
}
