//! The device authorization grant: the user code, the page for it, the polling; it issues no tokens.

use serde_json::{Value, json};

use super::Cloud;
use super::entra::TokenAnswer;
use super::form::Fields;
use super::pages;
use super::refusals::Refusal;
use super::tokens::{Decision, Device, Grant};
use super::wire::{Millis, Request, Response};

const DEVICE_CODE_LIFE: Millis = 15 * 60_000;
const POLL_INTERVAL: Millis = 5_000;

impl Cloud {
    pub(crate) fn device_code(&mut self, now: Millis, request: &Request, tenant: &str) -> Response {
        match self.device_answer(now, request, tenant) {
            Ok(answer) => Response::json(200, &answer),
            Err(refusal) => self.refuse(now, &refusal),
        }
    }

    /// The page on which a person types the user code, and what becomes of it.
    pub(crate) fn device_login(&mut self, now: Millis, request: &Request) -> Response {
        if request.method == "GET" {
            return Response::html(200, pages::device(&self.options.users));
        }
        let form = request.form_fields().unwrap_or_default();
        let decision = match self.pick(&form) {
            Ok(user) => Decision::Approved(user),
            Err(_) => Decision::Declined,
        };
        let typed = form.get("user_code").unwrap_or("").trim();
        let mut devices = self.tokens.devices.values_mut();
        let device = devices
            .find(|device| device.user_code.eq_ignore_ascii_case(typed) && now < device.expires);
        let Some(device) = device.filter(|device| device.decision == Decision::Pending) else {
            let text = "That code didn’t work. Check the code and try again.";
            return Response::html(400, pages::message("Enter code", text));
        };
        device.decision = decision;
        let text = "You can close this page and go back to the application.";
        Response::html(200, pages::message("Done", text))
    }

    pub(crate) fn poll_device(
        &mut self,
        now: Millis,
        app: usize,
        form: &Fields<'_>,
    ) -> Result<TokenAnswer, Refusal> {
        let given = form.get("device_code").ok_or_else(|| Refusal::missing("device_code"))?;
        let claims = self.check_claims(form)?;
        let Some(device) = self.tokens.devices.get_mut(given).filter(|device| device.app == app)
        else {
            let text = "The device code is not known.";
            return Err(Refusal::new("bad_verification_code", 70_018, text));
        };
        if device.expires <= now {
            let text = "The device code has expired.";
            return Err(Refusal::new("expired_token", 70_020, text));
        }
        let early = device.polled.is_some_and(|polled| now < polled + device.interval);
        device.polled = Some(now);
        if early {
            device.interval += POLL_INTERVAL;
            return Err(Refusal::new("slow_down", 70_017, "The client polls too fast."));
        }
        match device.decision {
            Decision::Pending => {
                let text = "The user has not yet completed the sign-in.";
                Err(Refusal::new("authorization_pending", 70_016, text))
            }
            Decision::Declined => {
                let text = "The end user denied the request.";
                Err(Refusal::new("authorization_declined", 70_019, text))
            }
            Decision::Approved(user) => {
                let scopes = device.scopes.clone();
                self.tokens.devices.remove(given);
                let grant = Grant { app, user, scopes: self.consented(scopes) };
                self.issue(now, grant, claims, None, None)
            }
        }
    }

    fn device_answer(
        &mut self,
        now: Millis,
        request: &Request,
        tenant: &str,
    ) -> Result<Value, Refusal> {
        let (app, form) = self.public_client(request, tenant)?;
        let scopes = self.check_scopes(&form)?;
        let (code, user_code) = (self.seed.text(120), self.seed.guid()[..8].to_uppercase());
        let uri = &self.options.verification_uri;
        let answer = json!({
            "user_code": user_code,
            "device_code": code,
            "verification_uri": uri,
            "expires_in": DEVICE_CODE_LIFE / 1_000,
            "interval": POLL_INTERVAL / 1_000,
            "message": format!("To sign in, open {uri} and enter the code {user_code}."),
        });
        let device = Device {
            app,
            scopes,
            user_code,
            decision: Decision::Pending,
            interval: POLL_INTERVAL,
            polled: None,
            expires: now + DEVICE_CODE_LIFE,
        };
        self.tokens.devices.insert(code, device);
        Ok(answer)
    }
}
