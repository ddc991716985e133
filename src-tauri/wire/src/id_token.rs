//! Owns what an ID token says of the signed-in person; refuses to check its signature: it came straight
//! from the token endpoint over TLS (OpenID Connect Core 3.1.3.7).

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use presence_core::Account;
use serde::Deserialize;

use crate::clean;

/// The longest object ID, characters; a GUID has 36.
const LONGEST_ID: usize = 64;

#[derive(Deserialize)]
struct Claims {
    oid: String,
    tid: String,
    preferred_username: Option<String>,
    name: Option<String>,
}

/// The account of a JWT; `None` when it is not one, or lacks `oid` or `tid`.
pub(crate) fn account(id_token: &str) -> Option<Account> {
    let payload = id_token.split('.').nth(1)?;
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
    let claims: Claims = serde_json::from_str(str::from_utf8(&bytes).ok()?).ok()?;
    let plain = |id: &str| {
        (1..=LONGEST_ID).contains(&id.len())
            && id.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-')
    };
    // The oid becomes part of a URL.
    if !plain(&claims.oid) {
        return None;
    }
    let name = claims.preferred_username.or(claims.name).unwrap_or_else(|| claims.oid.clone());
    Some(Account { oid: claims.oid, tenant: clean::name(&claims.tid), name: clean::name(&name) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jwt(payload: &str) -> String {
        format!("e30.{}.", BASE64_URL_SAFE_NO_PAD.encode(payload))
    }

    #[test]
    fn an_id_token_names_its_person() {
        let token = jwt(r#"{"oid":"a-1","tid":"t","preferred_username":"megan@contoso.com"}"#);
        let account = account(&token).unwrap();
        assert_eq!((account.oid.as_str(), account.name.as_str()), ("a-1", "megan@contoso.com"));
    }

    #[test]
    fn a_name_is_one_short_line() {
        let name = format!("\\u001b[31mMegan\\u202e{}", "n".repeat(9_000));
        let token = jwt(&format!(r#"{{"oid":"a-1","tid":"t","name":"{name}"}}"#));
        let account = account(&token).unwrap();
        assert!(account.name.starts_with("[31mMegann") && account.name.chars().count() <= 120);
    }

    #[test]
    fn an_oid_that_would_change_the_path_is_refused() {
        assert!(account(&jwt(r#"{"oid":"../me","tid":"t"}"#)).is_none());
        assert!(account(&jwt(&format!(r#"{{"oid":"{}","tid":"t"}}"#, "a".repeat(65)))).is_none());
        assert!(account("not a token").is_none());
    }
}
