//! The same model on a port, over real HTTP.

use super::*;

#[tokio::test]
async fn a_whole_sign_in_set_get_and_clear_on_loopback() {
    let server = CloudServer::start(Options::default(), 1.0);
    let base = server.base_url();
    let program = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let redirect = format!("http://localhost:{}", program.local_addr().unwrap().port());
    let scope = format!("{base}/Presence.ReadWrite offline_access openid profile");
    let url = authorize_url(base, &[("redirect_uri", &redirect), ("scope", &scope)]);

    let (page, line) = tokio::join!(browser::sign_in(&url, Pick::Megan), catch_redirect(program));
    assert_eq!(page.unwrap(), "You are signed in.");
    let target = line.split(' ').nth(1).unwrap();
    let landed = Response::default().with("location", format!("http://localhost{target}"));
    assert_eq!(redirected(&landed, "state").as_deref(), Some("s7"));
    let code = redirected(&landed, "code").unwrap();

    let http = browser::client().unwrap();
    let mut form = code_form(&code);
    form.retain(|(name, _)| *name != "redirect_uri");
    form.push(("redirect_uri", &redirect));
    let answer = http.post(format!("{base}{TOKEN}")).form(&form).send().await.unwrap();
    let answer: Value = answer.json().await.unwrap();
    let token = answer["access_token"].as_str().unwrap();
    let post = |name: &str, body: Value| {
        http.post(format!("{base}{}", verb(MEGAN, name))).bearer_auth(token).json(&body).send()
    };
    let body = json!({"sessionId": CLIENT_ID, "availability": "DoNotDisturb",
        "activity": "Presenting", "expirationDuration": "PT5M"});
    assert_eq!(post("setPresence", body).await.unwrap().status(), 200);
    let read = http.get(format!("{base}/v1.0/me/presence")).bearer_auth(token).send();
    let read: Value = read.await.unwrap().json().await.unwrap();
    assert_eq!(read["activity"], "Presenting");
    let body = json!({"sessionId": CLIENT_ID});
    assert_eq!(post("clearPresence", body.clone()).await.unwrap().status(), 200);
    assert_eq!(post("clearPresence", body).await.unwrap().status(), 404);
    assert_eq!(server.with(|cloud, now| cloud.aggregate(MEGAN, now)), Shown::OFFLINE);
    assert_eq!(http.get(base).send().await.unwrap().status(), 200);
    let address = base.trim_start_matches("http://").to_owned();
    server.stop();
    assert!(std::net::TcpStream::connect(address).is_err());
}

#[tokio::test]
async fn a_user_code_is_typed_on_loopback_while_it_lives() {
    // At the second rate the code's 15 minutes are 9 ms.
    for (rate, granted) in [(1.0, true), (100_000.0, false)] {
        let server = CloudServer::start(Options::default(), rate);
        let asked = server.with(device_code);
        let uri = asked["verification_uri"].as_str().unwrap();
        tokio::time::sleep(Duration::from_millis(10)).await;

        let typed =
            browser::enter_code(uri, asked["user_code"].as_str().unwrap(), Pick::Megan).await;

        assert!(uri.starts_with(server.base_url()));
        assert_eq!(typed.is_ok(), granted);
        let polled = server.with(|cloud, now| poll(cloud, now, &asked));
        assert_eq!(polled.status == 200, granted);
    }
}

#[tokio::test]
async fn lost_means_a_closed_connection_and_abandoned_requests_still_land() {
    let server = CloudServer::start(Options::default(), 1.0);
    let token = server.with(|cloud, now| {
        redeem(cloud, now, &[]).value()["access_token"].as_str().unwrap().to_owned()
    });
    let http = browser::client().unwrap();
    let url = format!("{}{}", server.base_url(), verb(MEGAN, "setPresence"));
    let set = |pair: Pair, patience| {
        let shown = pair.shown();
        let body = json!({"sessionId": CLIENT_ID, "availability": shown.availability,
            "activity": shown.activity});
        let patience = Duration::from_millis(patience);
        http.post(&url).bearer_auth(&token).json(&body).timeout(patience).send()
    };
    let session = || server.with(|cloud, now| cloud.session(MEGAN, now));

    server.with(|cloud, _| cloud.fault(Kind::SetPresence, 1, Fault::LoseRequest));
    let lost = set(Pair::Away, 5_000).await.unwrap_err();
    assert!(!lost.is_timeout() && lost.status().is_none());
    assert_eq!(session(), SessionState::Absent);

    server.with(|cloud, _| cloud.fault(Kind::SetPresence, 1, Fault::LoseAnswer));
    assert!(!set(Pair::Away, 5_000).await.unwrap_err().is_timeout());
    assert_eq!(session(), SessionState::Holding(Pair::Away));

    server.with(|cloud, _| cloud.fault(Kind::SetPresence, 1, Fault::LandLate(300)));
    assert!(set(Pair::InACall, 100).await.unwrap_err().is_timeout());
    assert_eq!(session(), SessionState::Holding(Pair::Away));
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(session(), SessionState::Holding(Pair::InACall));
}
