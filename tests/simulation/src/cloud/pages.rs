//! The pages that people see, plain HTML without scripts; it refuses to decide anything.

use super::options::{App, User};

/// The sign-in page: its form goes to `action` with `pick` = an `oid`, which consents to `scopes`, or `cancel`.
pub(crate) fn sign_in(action: &str, app: &App, users: &[User], scopes: &[String]) -> String {
    let permissions: Vec<&str> =
        scopes.iter().filter_map(|scope| scope.rsplit('/').next()).collect();
    let lead = format!(
        "<p>Pick an account to continue to <b>{}</b> and to accept what it asks for: {}.</p>",
        escape(&app.name),
        escape(&permissions.join(", "))
    );
    page("Sign in", &format!("{lead}{}", form(action, "", users)))
}

/// The page for a user code.
pub(crate) fn device(users: &[User]) -> String {
    let code = "<label>Enter the code shown by the application\
        <input name=\"user_code\" autocomplete=\"off\" required></label>";
    page("Enter code", &form("/devicelogin", code, users))
}

/// A page that only says something.
pub(crate) fn message(title: &str, text: &str) -> String {
    page(title, &format!("<p>{}</p>", escape(text)))
}

/// What a hotel's network answers instead of the service.
pub(crate) fn captive_portal() -> String {
    message("Guest network", "Accept the terms of use to go online.")
}

/// The tiny page at the root.
pub(crate) fn home() -> String {
    message(
        "Fake cloud",
        "Entra ID and Microsoft Graph presence for Contoso, for tests and the demo.",
    )
}

fn form(action: &str, fields: &str, users: &[User]) -> String {
    // A fleet has thousands of people, and a page has room for a few.
    let people = users.iter().take(3).map(|user| {
        format!(
            "<button name=\"pick\" value=\"{}\"><b>{}</b><br>{}</button>",
            escape(&user.oid),
            escape(&user.name),
            escape(&user.mail)
        )
    });
    format!(
        "<form method=\"post\" action=\"{}\">{fields}{}\
         <button class=\"quiet\" name=\"pick\" value=\"cancel\" formnovalidate>Cancel</button></form>",
        escape(action),
        people.collect::<String>()
    )
}

fn page(title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{title} – Contoso</title><style>\
         body{{font:16px/1.5 'Segoe UI',system-ui,sans-serif;background:#eef1f6;color:#1b1b1f;\
         display:grid;place-items:center;min-height:100vh;margin:0}}\
         main{{background:#fff;padding:2.5rem;width:21rem;box-shadow:0 2px 12px #0003}}\
         h1{{font-size:1.4rem;font-weight:600;margin:.5rem 0 1rem}}small{{color:#5b5fc7;font-weight:600}}\
         input,button{{font:inherit;box-sizing:border-box;width:100%;padding:.75rem 1rem;\
         border:1px solid #8a8a90;background:#fff;text-align:left;margin:.4rem 0}}\
         button{{cursor:pointer;color:inherit}}button:hover,button:focus{{background:#f1f1fb}}\
         .quiet{{width:auto;float:right;padding:.4rem 1.2rem}}</style>\
         <main><small>Contoso</small><h1>{title}</h1>{body}</main></html>"
    )
}

fn escape(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    text.replace('>', "&gt;").replace('"', "&quot;")
}
