//! Owns what an answer of Entra's brings: tokens, a device code, or an error. Refuses to keep any of it.

use std::time::Duration;

use oauth2::{AccessToken, RefreshToken, StandardDeviceAuthorizationResponse};
use presence_core::{Answer, DeviceCode, EntraRequest, Granted, Private};
use serde::Deserialize;

use super::refusal;
use crate::http::Response;
use crate::registration::{PERMISSION, Registration};
use crate::token_store::Tokens;
use crate::{clean, id_token};

/// How long an access token is believed to live that does not say.
const AN_HOUR: Duration = Duration::from_secs(3600);
/// The longest pause between two polls for a device code that is believed.
const LONGEST_INTERVAL: Duration = Duration::from_secs(300);

/// A successful answer of the token endpoint (RFC 6749, section 5.1; OpenID Connect Core 3.1.3.3).
#[derive(Deserialize)]
struct TokenAnswer {
    access_token: AccessToken,
    refresh_token: Option<RefreshToken>,
    /// Seconds.
    expires_in: Option<u64>,
    scope: Option<String>,
    id_token: Option<String>,
}

/// What only the [`TokenStore`](crate::TokenStore) may see of an answer.
pub(crate) enum Secret {
    Tokens(Tokens),
    Device(oauth2::DeviceCode),
}

/// What `response` says of what was `asked`, and what it brings.
pub(crate) fn answer(
    at: &Registration,
    asked: &EntraRequest,
    response: &Response,
) -> (Answer, Option<Secret>) {
    if response.is_success() {
        let brought = match asked {
            EntraRequest::StartDevice { .. } => device_code(response),
            EntraRequest::Redeem { .. }
            | EntraRequest::Refresh { .. }
            | EntraRequest::PollDevice { .. } => granted(response),
        };
        // A body that cannot be read may hold tokens all the same: nothing of it goes further.
        return brought
            .map_or((response.not_the_service(), None), |(answer, secret)| (answer, Some(secret)));
    }
    (error(at, asked, response), None)
}

fn error(at: &Registration, asked: &EntraRequest, response: &Response) -> Answer {
    let Some(error) = refusal::own(response) else { return response.not_the_service() };
    if let EntraRequest::PollDevice { .. } = asked {
        match error.error.as_str() {
            "authorization_pending" => return Answer::Pending,
            "slow_down" => return Answer::SlowDown,
            _ => {}
        }
    }
    response.overload(&refusal::ids(&error)).unwrap_or_else(|| refusal::answer(at, &error))
}

fn granted(response: &Response) -> Option<(Answer, Secret)> {
    let tokens: TokenAnswer = response.json()?;
    let account = tokens.id_token.as_deref().and_then(id_token::account);
    let is_permission = |scope: &str| {
        let name = scope.rsplit('/').next().unwrap_or_default();
        name.eq_ignore_ascii_case(PERMISSION)
    };
    // No scope in the answer means: as asked.
    let may_set_presence = tokens.scope.is_none_or(|all| all.split(' ').any(is_permission));
    let access_for = tokens.expires_in.map_or(AN_HOUR, Duration::from_secs);
    let answer = Granted { account: account.clone(), access_for, may_set_presence };
    let (access, refresh) = (Some(tokens.access_token), tokens.refresh_token);
    Some((Answer::Granted(answer), Secret::Tokens(Tokens { account, access, refresh })))
}

fn device_code(response: &Response) -> Option<(Answer, Secret)> {
    let device: StandardDeviceAuthorizationResponse = response.json()?;
    let code = DeviceCode {
        user_code: Private(clean::name(device.user_code().secret())),
        verification_uri: clean::text(device.verification_uri()),
        interval: device.interval().min(LONGEST_INTERVAL),
        expires_in: device.expires_in(),
    };
    Some((Answer::DeviceCode(code), Secret::Device(device.device_code().clone())))
}
