//! Promise: a form that no page of this session sent does nothing: none from another origin, without its token, of an older session or of one
//! that has ended; to open an address changes nothing; and whatever is typed stands in a page as text.

use programgrant::http::{self, AppState};
use programgrant::pages;
use serde_json::Value;
use tokio::task::JoinHandle;

use super::browser::{Form, Office, Page};
use super::{NAV, OFFICE, OSLO, address, asked, claims, entries, office, question, requested};
use crate::guard::clients::hear;
use crate::login::browser::Browser;
use crate::login::place::Place;
use crate::world::{OFFICE_OF_ALL, World};

const EVIL: &str = "https://evil.example";

#[tokio::test]
async fn a_form_from_elsewhere_does_nothing() {
    let (world, nav) = office(NAV).await;
    let place = requested(&nav, &asked("21/1")).await;
    let release = nav
        .page(&place)
        .await
        .form("gi-tilbake")
        .and("begrunnelse", "x")
        .and("lest", "ja");
    let request = nav
        .page(&address(&question("621.63", "964338531", "21/2")))
        .await
        .form("krav")
        .and("lest", "ja");
    let written = entries(&world).await;
    for headers in [
        &[("origin", EVIL)][..],
        &[("origin", "null")],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "none")],
        &[("sec-fetch-site", "same-origin"), ("origin", EVIL)],
        &[],
    ] {
        for (path, form) in [
            (place.as_str(), &release),
            ("/for-vedtak", &request),
            ("/dobbeltfinansiering/sak-0", &release),
        ] {
            let sent = headers
                .iter()
                .fold(nav.post(path, form), |sent, (name, value)| sent.header(*name, *value));
            let page = Page::of(sent).await;
            assert!(
                page.status == 403 && page.holds("Ingenting er endret"),
                "{path} {headers:?}: {}",
                page.text
            );
        }
    }
    // A form with a token was made in a session, and there is none.
    assert_eq!(nav.send(&place, &release.and("form_token", "x")).await.status, 403);
    assert_eq!(entries(&world).await, written);
    assert_eq!(claims(&world).await.len(), 1);
}

#[tokio::test]
async fn to_open_an_address_changes_nothing() {
    let (world, nav) = office(NAV).await;
    let place = requested(&nav, &asked("21/1")).await;
    let written = entries(&world).await;
    let form = "handling=gi-tilbake&gjerde=2&begrunnelse=x&lest=ja&nokkel=k&mottaker=964338531&ordning=621.63&aar=2021&belop=1&sak=x";
    for path in [place.as_str(), "/for-vedtak", "/for-vedtak/liste", "/krav"] {
        nav.page(&format!("{path}?{form}")).await;
    }
    assert_eq!(entries(&world).await, written);
    assert_eq!(claims(&world).await.len(), 1);
    let unknown = Form::default().and("handling", "slett").and("lest", "ja");
    assert_eq!(nav.send(&place, &unknown).await.status, 400);
}

#[tokio::test]
async fn what_is_typed_stands_in_a_page_as_text() {
    const HOSTILE: &str = "\"><script>alert(1)</script><img src=x onerror=alert(1)>'";
    let (world, nav) = office(NAV).await;
    let place = requested(&nav, &asked(HOSTILE)).await;
    let page = nav.page(&place).await;
    let confirm = page
        .form("bekreft")
        .and("referanse", HOSTILE)
        .and("belop", HOSTILE)
        .and("lest", "ja");
    let refused = nav.send(&place, &confirm).await;
    let back = page.form("gi-tilbake").and("begrunnelse", HOSTILE);
    let unread = nav.send(&place, &back).await;
    nav.send(&place, &back.and("lest", "ja")).await.location();
    let bad = nav
        .send(
            "/for-vedtak",
            &Form::default().and("sak", HOSTILE).and("kvittering", HOSTILE),
        )
        .await;
    let mut pages = vec![
        page,
        refused,
        unread,
        bad,
        nav.page(&place).await,
        nav.page("/krav").await,
    ];
    let question = nav.page(&address(&question("621.63", "964338531", HOSTILE))).await;
    let asked = question.form("krav").and("kvittering", HOSTILE).and("lest", "ja");
    pages.push(nav.send("/for-vedtak", &asked).await);
    pages.push(question);
    for page in pages {
        assert_eq!(page.status, 200);
        assert!(!page.holds("<script") && !page.holds("<img"), "{}", page.text);
    }
    let history = claims(&world).await[0]["history"].clone();
    assert!(
        history.to_string().contains("onerror"),
        "it was kept to the letter: {history}"
    );
    assert!(nav.page(&place).await.holds("onerror"), "and is shown");
}

/// The pages of a gateway that people log in at, beside its own address.
struct LoggedInPages {
    origin: String,
    serving: JoinHandle<()>,
}

impl Drop for LoggedInPages {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl LoggedInPages {
    async fn of(front: AppState) -> Self {
        let (listener, address) = http::bind(([127, 0, 0, 1], 0).into()).await.expect("a free port");
        let further = pages::router(front.clone());
        let serving = tokio::spawn(async move {
            http::serve(listener, front, further, std::future::pending())
                .await
                .expect("serves");
        });
        Self {
            origin: format!("http://{address}"),
            serving,
        }
    }

    fn office(&self, place: &Place, browser: &Browser) -> Office {
        Office::with_cookie(&self.origin, &format!("{}; sprak=nb", browser.cookie(&place.url(""))))
    }
}

async fn written_at(place: &Place) -> Vec<Value> {
    let guard = &place.gate.front.service().gateway.guard;
    let claims = guard
        .store()
        .claims(&programgrant::store::ledger::ClaimFilter {
            limit: 100,
            ..Default::default()
        })
        .await
        .expect("reads");
    claims
        .into_iter()
        .map(|kept| serde_json::to_value(kept.claim.state).expect("a state"))
        .collect()
}

#[tokio::test]
async fn a_form_without_its_sessions_token_does_nothing() {
    let place = Place::new().await;
    let site = LoggedInPages::of(place.gate.front.clone()).await;
    let mut browser = place.logged_in("directorate").await;
    let nav = site.office(&place, &browser);
    let form = nav.page(&address(&asked("21/1"))).await.form("krav").and("lest", "ja");
    let token = form.value("form_token").to_owned();
    assert!(token.len() > 40, "{form:?}");
    for other in [
        form.without("form_token"),
        form.and("form_token", ""),
        form.and("form_token", &token[..20]),
    ] {
        let page = nav.send("/for-vedtak", &other).await;
        assert!(page.status == 403 && page.holds("Ingenting er endret"), "{}", page.text);
    }
    let elsewhere = Page::of(nav.post("/for-vedtak", &form).header("origin", EVIL)).await;
    assert_eq!(elsewhere.status, 403);
    // An old tab of another session, of the same browser.
    place.come_back(&mut browser, "programme-office").await;
    let anew = site.office(&place, &browser);
    assert_eq!(anew.send("/for-vedtak", &form).await.status, 403);
    // And of one that has ended.
    let out = Office::with_cookie(&site.origin, "sprak=nb");
    assert_eq!(out.send("/for-vedtak", &form).await.status, 403);
    assert_eq!(written_at(&place).await, Vec::<Value>::new());
    assert_eq!(out.open("/krav").await.status, 403, "the public sees no claims");
    // With its own it does what it says.
    let own = anew.page(&address(&asked("21/1"))).await.form("krav").and("lest", "ja");
    assert!(anew.send("/for-vedtak", &own).await.status < 400);
    assert_eq!(written_at(&place).await.len(), 1);
}

#[tokio::test]
async fn nobody_commands_in_another_bodys_name_by_its_form() {
    // Another body that may ask under the same scheme: who is configured as the office of all.
    let world = hear(World::with_settings(OFFICE_OF_ALL).await).await;
    let nav = Office::at(&world, NAV);
    let form = nav.page(&address(&asked("21/1"))).await.form("krav").and("lest", "ja");
    let place = nav.send("/for-vedtak", &form).await.location();
    // The key is the asker's own: with the same one, another body's request is another.
    let programme = Office::at(&world, OFFICE);
    let other = programme.send("/for-vedtak", &form).await;
    assert_ne!(other.location(), place);
    let all = claims(&world).await;
    let bodies: Vec<&Value> = all
        .iter()
        .map(|claim| &claim["requestedBy"]["organisationNumber"])
        .collect();
    assert!(
        bodies.contains(&&Value::from(NAV)) && bodies.contains(&&Value::from(OFFICE)),
        "{bodies:?}"
    );
    assert_eq!(Office::at(&world, OSLO).send("/for-vedtak", &form).await.status, 403);
}
