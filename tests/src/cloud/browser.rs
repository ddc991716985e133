//! A person's browser, played with plain HTTP; it refuses scripts, cookies and every program's own work.

use anyhow::{Context as _, Result, bail, ensure};
use reqwest::Client;
use reqwest::header::LOCATION;
use reqwest::redirect::Policy;
use url::Url;

use super::Pick;

/// Opens the authorize URL, clicks, follows the redirect to the program, and returns the page that
/// the program shows.
///
/// # Errors
///
/// When the cloud shows something other than its sign-in page, or the program does not answer the redirect.
pub async fn sign_in(authorize_url: &str, pick: Pick) -> Result<String> {
    let browser = client()?;
    let shown = browser.get(authorize_url).send().await.context("opening the sign-in page")?;
    let redirect = match shown.headers().get(LOCATION) {
        Some(location) => location.to_str()?.to_owned(),
        None => {
            let page = shown.error_for_status()?.text().await?;
            click(&browser, authorize_url, &page, pick).await?
        }
    };
    ensure!(redirect.starts_with("http://localhost"), "the redirect leaves this machine");
    let landed = browser.get(redirect).send().await.context("following the redirect")?;
    Ok(landed.text().await?)
}

/// Types a user code on the page at `verification_uri` and clicks.
///
/// # Errors
///
/// When the cloud does not know the code.
pub async fn enter_code(verification_uri: &str, user_code: &str, pick: Pick) -> Result<()> {
    let form = [("user_code", user_code), ("pick", pick.value())];
    client()?.post(verification_uri).form(&form).send().await?.error_for_status()?;
    Ok(())
}

/// A client without redirects and without the system's proxy, for tests that speak HTTP themselves. It trusts any
/// certificate: only the program is judged by whom it trusts.
///
/// # Errors
///
/// When the system's certificates cannot be read.
pub fn client() -> Result<Client> {
    // Already installed is as good as installed.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Ok(Client::builder()
        .no_proxy()
        .redirect(Policy::none())
        .tls_danger_accept_invalid_certs(true)
        .build()?)
}

async fn click(browser: &Client, page_url: &str, page: &str, pick: Pick) -> Result<String> {
    let action = page.split_once("action=\"").and_then(|(_, rest)| rest.split_once('"'));
    let Some((action, _)) = action else { bail!("the page has no form") };
    let target = Url::parse(page_url)?.join(&action.replace("&amp;", "&"))?;
    let answer = browser.post(target).form(&[("pick", pick.value())]).send().await?;
    let location = answer.headers().get(LOCATION).context("the sign-in page does not redirect")?;
    Ok(location.to_str()?.to_owned())
}
