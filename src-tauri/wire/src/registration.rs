//! Owns which app registration, in which cloud, a token belongs to; refuses to read configuration.

/// The name of the one permission.
pub(crate) const PERMISSION: &str = "Presence.ReadWrite";

/// An app registration and the roots of the services that its tokens are for: whoever has a token sends it nowhere
/// else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// Application (client) ID.
    pub client_id: String,
    /// Tenant ID, domain, or `organizations`.
    pub tenant: String,
    /// Where Entra and Graph are.
    pub cloud: Cloud,
}

/// The roots of a cloud's services, without a slash at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cloud {
    /// Entra's.
    pub authority: String,
    /// Graph's.
    pub graph: String,
}

impl Registration {
    /// What tells one registration's tokens from another's: every root that one may go to is in it.
    #[must_use]
    pub fn identity(&self) -> String {
        let Cloud { authority, graph } = &self.cloud;
        format!("{} in {} at {authority} for {graph}", self.client_id, self.tenant)
    }

    /// An endpoint of Entra's: `token`, `devicecode` or `authorize`.
    pub(crate) fn endpoint(&self, name: &str) -> String {
        [&*self.cloud.authority, "/", &self.tenant, "/oauth2/v2.0/", name].concat()
    }

    /// The one permission that is asked for.
    pub(crate) fn permission(&self) -> String {
        [&*self.cloud.graph, "/", PERMISSION].concat()
    }

    /// Every scope that is asked for, as `scope` has them.
    pub(crate) fn scopes(&self) -> String {
        [&*self.cloud.graph, "/", PERMISSION, " offline_access openid profile"].concat()
    }
}
