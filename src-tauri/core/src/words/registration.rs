//! Owns what is said when the app registration, or the consent to it, is in the way; refuses to say how it is found out.

use super::after;
use crate::{Problem, ProblemKind, Refusal, t};

pub(crate) fn permission_missing() -> Problem {
    Problem::new(
        ProblemKind::ConsentNeeded,
        t!("Permission missing: Presence.ReadWrite"),
        t!(
            "You are signed in, but without the permission Presence.ReadWrite, so your presence cannot be set."
        ),
        t!(
            "Sign in again and give consent, or ask your administrator to grant the permission to the app registration."
        ),
    )
}

pub(crate) fn not_public_client(refusal: &Refusal) -> Problem {
    Problem::new(
        ProblemKind::NotPublicClient,
        t!("The app registration is not set up for this program"),
        after(
            t!("Microsoft does not accept the application (client) ID as a public client of this tenant."),
            &refusal.detail,
        ),
        t!("In the Entra admin centre, under Authentication, turn on \"Allow public client flows\"; check client_id and tenant in config.toml."),
    )
    .with_ids(refusal.ids.clone())
}

pub(crate) fn consent_refused(refusal: &Refusal) -> Problem {
    let mut ids = refusal.ids.clone();
    let link = ids.remove("admin consent");
    let remedy = match link {
        Some(link) => t!("Ask your administrator to open this link: {link}", link),
        None => {
            t!("Sign in again and give consent, or ask your administrator to give it.").to_owned()
        }
    };
    Problem::new(
        ProblemKind::ConsentNeeded,
        t!("Consent needed"),
        after(
            t!("Your organisation has not allowed this app registration to set presence."),
            &refusal.detail,
        ),
        &remedy,
    )
    .with_ids(ids)
}
