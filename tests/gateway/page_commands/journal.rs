//! Promise: what the programme decides on the pages is what the interface then says; each figure of an allocation's page is the interface's; what if
//! has an address that gives the same answer again and keeps nothing.

use serde_json::{Value, json};

use super::browser::{Office, Page};
use super::{BAMBLE, NAV, OFFICE};
use crate::guard::clients::heard;
use crate::world::World;

const GOVERNOR: &str = "974762501";
const PORSGRUNN: &str = "939991034";

/// A draft of 2021, put up by its form, and where it is.
async fn drafted(world: &World) -> String {
    let form = Office::at(world, OFFICE).page("/fordeling").await.form("utkast");
    let form = form.and("aar", "2021").and("begrunnelse", "Oppdiktet utkast");
    let office = Office::at(world, OFFICE);
    let place = office.send("/fordeling", &form).await.location();
    assert_eq!(
        office.send("/fordeling", &form).await.location(),
        place,
        "sent twice, it is one"
    );
    place
}

/// Amounts as a page writes them.
fn kroner(ore: i64) -> String {
    programgrant::output::money::kroner(ore)
}

async fn send(office: &Office, place: &str, form: &str, more: &[(&str, &str)]) -> Page {
    let mut filled = office.page(place).await.form(form);
    for (name, value) in more {
        filled = filled.and(name, value);
    }
    office.send(place, &filled).await
}

async fn state(world: &World) -> Value {
    let told = world.ask("{ allocations(programme: \"0-24-pilot\") { state } }").await;
    told["allocations"][0]["state"].clone()
}

#[tokio::test]
async fn an_allocation_goes_its_whole_way_by_forms() {
    let world = World::new().await;
    let (office, bamble) = (Office::at(&world, OFFICE), Office::at(&world, BAMBLE));
    let place = drafted(&world).await;
    assert_eq!(bamble.open(&place).await.status, 404, "a draft is the office's");
    send(&office, &place, "gjor-foresla", &[]).await.location();
    assert!(
        bamble.page(&place).await.section("gjor-vedta").is_none(),
        "who does not decide has no form"
    );
    let today = world.gateway().dependencies.clock.today().to_string();
    send(&office, &place, "gjor-hor", &[("til", &today)]).await.location();
    send(&bamble, &place, "gjor-merknad", &[("tekst", "Tallet <b>er</b> feil.")])
        .await
        .location();
    let refused = send(&office, &place, "gjor-vedta", &[("tekst", "21/1")]).await;
    assert!(refused.status == 200 && refused.holds("CONSULTATION_OPEN") && refused.holds("Høringsfristen"));
    send(&office, &place, "gjor-svar-1", &[("tekst", "Det er SSBs.")])
        .await
        .location();
    world.hand.advance(std::time::Duration::from_hours(24));
    send(&office, &place, "gjor-vedta", &[("tekst", "21/1")])
        .await
        .location();
    assert_eq!(state(&world).await, "DECIDED");
    let page = bamble.page(&place).await;
    for text in [
        "Vedtatt",
        "21/1",
        "Det er SSBs.",
        "Tallet &#60;b&#62;er&#60;/b&#62; feil.",
    ] {
        assert!(page.holds(text), "{text}");
    }
    assert!(page.section("gjor-trekk").is_none(), "what is decided stays");
}

#[tokio::test]
async fn every_amount_of_the_table_and_of_an_explanation_is_the_interfaces() {
    let world = World::new().await;
    let (office, bamble) = (Office::at(&world, OFFICE), Office::at(&world, BAMBLE));
    let place = drafted(&world).await;
    send(&office, &place, "gjor-foresla", &[]).await.location();
    let asked = "{ allocations(programme: \"0-24-pilot\") { table { frame notice receivers { organisationNumber municipality { name } total parts { amount } explanation { paragraph steps { text } rules { text } } } } } }";
    let table = world.ask(asked).await["allocations"][0]["table"].clone();
    let page = bamble.page(&place).await;
    assert!(page.holds(table["notice"].as_str().expect("an example says that it is one")));
    assert!(page.holds(&kroner(table["frame"].as_i64().expect("known"))));
    let receivers = table["receivers"].as_array().expect("a list");
    assert_eq!(receivers.len(), 12);
    for receiver in receivers {
        let name = receiver["municipality"]["name"].as_str().expect("a name");
        let row = page
            .text
            .split("<tr>")
            .find(|row| row.contains(&format!(">{name}</a>")))
            .expect("a row");
        let parts = receiver["parts"].as_array().expect("a list");
        let amounts = parts
            .iter()
            .map(|part| part["amount"].as_i64())
            .chain([receiver["total"].as_i64()]);
        let shown: Vec<&str> = row
            .split("<td class=\"amount\">")
            .skip(1)
            .map(|cell| cell.split('<').next().expect("text"))
            .collect();
        let expected: Vec<String> = amounts.map(|amount| kroner(amount.expect("known"))).collect();
        assert_eq!(shown, expected, "{name}");
        let number = receiver["organisationNumber"].as_str().expect("a number");
        let explained = bamble.page(&format!("{place}/{number}")).await;
        let explanation = &receiver["explanation"];
        assert!(explained.holds(&kroner(receiver["total"].as_i64().expect("known"))));
        let told = [&explanation["rules"], &explanation["steps"]];
        for line in told.into_iter().flat_map(|lines| lines.as_array().expect("a list")) {
            assert!(
                explained.holds(&escaped(line["text"].as_str().expect("text"))),
                "{line}"
            );
        }
        assert!(explained.holds(&escaped(explanation["paragraph"].as_str().expect("text"))));
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&#38;")
        .replace('<', "&#60;")
        .replace('>', "&#62;")
        .replace('"', "&#34;")
        .replace('\'', "&#39;")
}

#[tokio::test]
async fn what_if_says_that_it_is_not_decided_and_is_kept_nowhere() {
    let world = World::new().await;
    let bamble = Office::at(&world, BAMBLE);
    let place = "/fordeling/hva-hvis?aar=2021&ramme=45%20000%20000&vekter=846-los%20neet_15_29%200%2C6%0A846-los%20age_0_24%200%2C4";
    let page = bamble.page(place).await;
    assert!(page.holds("Dette er ikke vedtatt.") && page.holds(&kroner(4_500_000_000)));
    assert!(page.holds("846-los neet_15_29 0,6"), "the form shows what was asked");
    let table = |page: &Page| page.text.split("<tbody>").nth(1).map(str::to_owned);
    assert_eq!(
        table(&bamble.page(place).await),
        table(&page),
        "the address gives the same again"
    );
    for (wrong, status) in [("ramme=mye", 400), ("vekter=846-los", 400), ("ramme=1", 400)] {
        assert_eq!(
            bamble
                .open(&format!("/fordeling/hva-hvis?aar=2021&{wrong}"))
                .await
                .status,
            status,
            "{wrong}"
        );
    }
    assert_eq!(Office::at(&world, "310240052").open(place).await.status, 403);
    let told = world.ask("{ allocations(programme: \"0-24-pilot\") { id } }").await;
    assert_eq!(told["allocations"], json!([]), "nothing is kept");
}

/// The table has everybody whom it concerns: also who would receive nothing, and whose place others take.
#[tokio::test]
async fn what_if_shows_who_would_be_left_out_and_what_that_takes() {
    let world = World::new().await;
    let page = Office::at(&world, BAMBLE)
        .page("/fordeling/hva-hvis?aar=2021&uten=3813")
        .await;
    let asked = "{ allocationWhatIf(programme: \"0-24-pilot\", year: 2021, changes: { without: [\"3813\"] }) { changes { organisationNumber municipality { name } before after } } }";
    let changes = world.ask(asked).await["allocationWhatIf"]["changes"].clone();
    let changes = changes.as_array().expect("a list");
    assert_eq!(changes.len(), 12);
    let body = page.text.split("<tbody>").nth(1).expect("a table");
    let rows: Vec<&str> = body
        .split("</tbody>")
        .next()
        .expect("rows")
        .split("<tr>")
        .skip(1)
        .collect();
    assert_eq!(rows.len(), 12);
    for change in changes {
        let name = change["municipality"]["name"].as_str().expect("a name");
        let row = rows.iter().find(|row| row.contains(&format!(">{name}<"))).expect(name);
        let [before, after] = ["before", "after"].map(|key| change[key].as_i64().expect("øre"));
        for amount in [before, after, after - before] {
            assert!(
                row.contains(&format!(">{}<", kroner(amount))),
                "{name}: {amount} in {row}"
            );
        }
    }
    let bamble = rows.iter().find(|row| row.contains(">Bamble<")).expect("a row");
    assert_eq!(bamble.matches("ikke aktuelt").count(), 5, "{bamble}");
}

#[tokio::test]
async fn a_municipality_applies_and_is_assessed_by_forms() {
    let world = World::new().await;
    let governor = Office::at(&world, GOVERNOR);
    let today = world.gateway().dependencies.clock.today().to_string();
    let announced = [("tekst", "Oppdiktet kunngjøring"), ("frist", today.as_str())];
    assert_eq!(
        send(&governor, "/deltakelse", "kunngjor", &announced).await.location(),
        "/deltakelse"
    );
    let list = Office::at(&world, "310240052").page("/deltakelse").await;
    let place = list
        .text
        .split("href=\"")
        .find(|link| link.starts_with("/deltakelse/"))
        .expect("a link");
    let place = place.split('"').next().expect("an address").to_owned();
    let porsgrunn = Office::at(&world, PORSGRUNN);
    let told = [
        ("utfordringer", "mange unge uten arbeid"),
        ("status", "et team"),
        ("motivasjon", "samordning"),
    ];
    send(&porsgrunn, &place, "sok-om", &told).await.location();
    let own = porsgrunn.page(&place).await;
    assert!(
        own.holds("mange unge uten arbeid") && own.section("sok-om").is_none(),
        "once"
    );
    assert!(
        !Office::at(&world, NAV)
            .page(&place)
            .await
            .holds("mange unge uten arbeid"),
        "not everybody's"
    );
    let advice = [("rad", "RECOMMENDED"), ("tekst", "godt begrunnet")];
    send(&governor, &place, "vurder-1-skjema", &advice).await.location();
    let council = [("vedtak", "PS 1/26"), ("vedtaksdag", "2026-01-15")];
    send(&porsgrunn, &place, "vedtak-1-skjema", &council).await.location();
    let page = governor.page(&place).await;
    for text in ["Anbefales", "godt begrunnet", "PS 1/26", "innbyggere"] {
        assert!(page.holds(text), "{text}");
    }
    assert!(page.section("velg").is_none(), "the deadline has not passed");
}

#[tokio::test]
async fn a_municipality_objects_from_its_explanation_and_is_answered() {
    let world = World::new().await;
    let (office, bamble) = (Office::at(&world, OFFICE), Office::at(&world, BAMBLE));
    let place = drafted(&world).await;
    send(&office, &place, "gjor-foresla", &[]).await.location();
    let explained = bamble.page(&format!("{place}/{BAMBLE}")).await;
    let link = explained
        .text
        .split("href=\"")
        .find(|link| link.starts_with("/innsigelser?"))
        .expect("a link");
    let link = link
        .split('"')
        .next()
        .expect("an address")
        .replace("&#38;", "&")
        .replace("&amp;", "&");
    send(&bamble, &link, "send", &[("tekst", "Tallet er feil.")])
        .await
        .location();
    assert!(bamble.page("/innsigelser").await.holds("Venter på svar fra"));
    assert!(bamble.page("/innsigelser").await.section("svar-1").is_none());
    let answer = [("utfall", "UPHELD"), ("tekst", "Det rettes.")];
    send(&office, "/innsigelser", "svar-1", &answer).await.location();
    let told = bamble.page("/innsigelser").await;
    assert!(told.holds("Tatt til følge") && told.holds("Det rettes.") && told.holds("Tallet er feil."));
    assert!(
        !Office::at(&world, PORSGRUNN)
            .page("/innsigelser")
            .await
            .holds("Tallet er feil.")
    );
}

#[tokio::test]
async fn an_objection_stands_with_the_award_or_the_claim_that_it_is_about_for_those_concerned() {
    let world = heard().await;
    let claimed = format!(
        "mutation {{ requestFunding(input: {{scheme: \"621.63\", recipient: {{organisationNumber: \"{BAMBLE}\"}}, year: 2021, amount: 100, \
         targetGroup: ADULTS, caseReference: \"21/9\"}}, idempotencyKey: \"k\") {{ claim {{ id fence }} }} }}"
    );
    let claimed = world.ask(&claimed).await["requestFunding"]["claim"].clone();
    let (claim, fence) = (claimed["id"].clone(), &claimed["fence"]);
    // A municipality sees what was decided.
    let confirm = format!(
        "mutation {{ confirmFunding(claim: {claim}, fence: {fence}, awardReference: \"21/9-1\", awarded: 100) {{ errors {{ code }} }} }}"
    );
    assert_eq!(world.ask(&confirm).await["confirmFunding"]["errors"], json!([]));
    let awards = format!("{{ municipality(organisationNumber: \"{BAMBLE}\") {{ awards {{ id }} }} }}");
    let award = world.ask(&awards).await["municipality"]["awards"][0]["id"].clone();
    let (office, bamble) = (Office::at(&world, OFFICE), Office::at(&world, BAMBLE));
    for (place, field, id) in [("/tilskudd", "award", &award), ("/krav", "fundingClaim", &claim)] {
        let id = id.as_str().expect("an id");
        let place = format!("{place}/{}", id.replace(':', "%3A"));
        // The newest is the first of the list.
        world.hand.advance(std::time::Duration::from_secs(1));
        let page = bamble.page(&place).await;
        assert!(page.section("innsigelser").is_none(), "nobody has objected to {id}");
        let link = page
            .text
            .split("href=\"")
            .find(|link| link.starts_with("/innsigelser?"));
        let link = link.and_then(|link| link.split('"').next()).expect("a way to object");
        let link = link.replace("&#38;", "&");
        let reason = format!("Det stemmer ikke: {field}.");
        send(&bamble, &link, "send", &[("tekst", &reason)]).await.location();
        let section = |page: &Page| page.section("innsigelser").map(str::to_owned).expect("there");
        let waiting = section(&bamble.page(&place).await);
        assert!(
            waiting.contains(&reason) && waiting.contains("Venter på svar fra"),
            "{waiting}"
        );
        assert!(!waiting.contains("Svar på innsigelsen"), "who objects does not answer");
        assert!(section(&office.page(&place).await).contains("Svar på innsigelsen"));
        let answer = [("utfall", "REJECTED"), ("tekst", "Det stemmer.")];
        send(&office, "/innsigelser", "svar-1", &answer).await.location();
        let answered = section(&bamble.page(&place).await);
        assert!(
            answered.contains(&reason) && answered.contains("Ikke tatt til følge") && answered.contains("Det stemmer.")
        );
        let told = world
            .ask(&format!(
                "{{ {field}(id: \"{id}\") {{ objections {{ reason answer }} }} }}"
            ))
            .await;
        assert_eq!(
            told[field]["objections"],
            json!([{ "reason": reason, "answer": "Det stemmer." }])
        );
    }
    // The page as it was has none of them, and is there.
    let award = award.as_str().expect("an id").replace(':', "%3A");
    world.hand.advance(std::time::Duration::from_hours(48));
    let then = bamble.page(&format!("/tilskudd/{award}?per=2026-11-22")).await;
    assert!(then.section("innsigelser").is_none());
}

/// Whose, of which scheme, and how much.
type Allocated = Vec<(String, String, String)>;

/// As the interface has it.
fn allocated(version: &Value) -> Allocated {
    let mut expected = Vec::new();
    for receiver in version["table"]["receivers"].as_array().expect("a list") {
        for part in receiver["parts"].as_array().expect("a list") {
            let ore = part["amount"].as_i64().expect("known");
            let text = |value: &Value| value.as_str().expect("text").to_owned();
            expected.push((
                text(&receiver["organisationNumber"]),
                text(&part["scheme"]),
                format!("{},{:02}", ore / 100, ore % 100),
            ));
        }
    }
    expected
}

/// As a file of that version has it.
fn listed(csv: &str, id_of: &Value) -> Allocated {
    let csv = csv.strip_prefix('\u{feff}').expect("the mark of UTF-8");
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(csv.as_bytes());
    let heading = reader.headers().expect("a heading").clone();
    let column = |name: &str| heading.iter().position(|known| known == name).expect("a column");
    let places = [
        "organisation_number",
        "scheme",
        "amount_kr",
        "unit",
        "method",
        "allocation_id",
        "amount_state",
    ]
    .map(column);
    let mut listed = Vec::new();
    for row in reader.records() {
        let row = row.expect("a row");
        let [organisation, scheme, amount, unit, method, id, state] = places.map(|place| row[place].to_owned());
        assert_eq!(
            (unit.as_str(), state.as_str(), id_of.as_str()),
            ("KRONE", "STATED", Some(id.as_str()))
        );
        assert!(
            method.contains("største rest") && method.contains("laveste organisasjonsnummer"),
            "{method}"
        );
        assert!(method.contains("oppdiktet"), "what is made up says so: {method}");
        listed.push((organisation, scheme, amount));
    }
    listed
}

#[tokio::test]
async fn a_version_is_had_as_a_file_with_unit_method_and_tie_rule_by_those_who_see_it() {
    let world = World::new().await;
    let place = drafted(&world).await;
    let (office, bamble) = (Office::at(&world, OFFICE), Office::at(&world, BAMBLE));
    let page = office.page(&place).await;
    for ending in ["csv", "json", "xlsx", "datapackage.json"] {
        let file = format!("{place}/fordeling.{ending}");
        assert!(page.holds(&format!("href=\"{file}\"")), "{file}");
        office.page(&file).await;
        assert_eq!(bamble.open(&file).await.status, 404, "a draft is the office's");
    }
    let asked = "{ allocations(programme: \"0-24-pilot\") { id table { frame receivers { organisationNumber parts { scheme amount } } } } }";
    let version = world.ask(asked).await["allocations"][0].clone();
    let expected = allocated(&version);
    assert_eq!(expected.len(), 60);
    for place in [format!("{place}/fordeling.csv"), "/data/fordelinger.csv".to_owned()] {
        let csv = office.page(&place).await.text;
        let listed = listed(&csv, &version["id"]);
        assert_eq!(listed, expected, "{place}");
    }
    let about = office.page(&format!("{place}/fordeling.json")).await.text;
    assert!(
        about.contains("største rest") && about.contains("versjon 1"),
        "the file says how"
    );
    send(&office, &place, "gjor-foresla", &[]).await.location();
    bamble.page(&format!("{place}/fordeling.csv")).await;
    send(&office, &place, "gjor-vedta", &[("tekst", "21/1")])
        .await
        .location();
    let public = Office::at(&world, "310240052");
    assert!(
        !public.page(&place).await.holds("fordeling.csv"),
        "the public sees sums alone"
    );
    assert_eq!(public.open(&format!("{place}/fordeling.csv")).await.status, 403);
}
