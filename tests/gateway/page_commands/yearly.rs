//! Promise: where municipalities sign up for one year and rank each other, the pages have the forms for it, each for whoever may send it.

use super::browser::{Office, Page};
use crate::world::{World, repository};

const GOVERNOR: &str = "974762501";
const PORSGRUNN: &str = "939991034";
const SKIEN: &str = "938759839";

async fn send(office: &Office, place: &str, form: &str, more: &[(&str, &str)]) -> Page {
    let mut filled = office.page(place).await.form(form);
    for (name, value) in more {
        filled = filled.and(name, value);
    }
    office.send(place, &filled).await
}

#[tokio::test]
async fn municipalities_sign_up_for_a_year_and_rank_each_other_by_forms() {
    let folder = tempfile::tempdir().expect("a folder");
    let pilot = std::fs::read_to_string(repository().join("schema/data/pilot.toml")).expect("the pilot");
    let limit = "municipalities_per_region = 4";
    let yearly = pilot.replace(limit, "sign_up = \"yearly\"\nranked_by_applicants = true");
    let file = folder.path().join("pilot.toml");
    std::fs::write(&file, yearly).expect("written");
    let files = format!("[programme]\nfiles = [{:?}]\n", file.display().to_string());
    let world = World::with_settings(&files).await;
    let [governor, porsgrunn, skien] = [GOVERNOR, PORSGRUNN, SKIEN].map(|number| Office::at(&world, number));
    let today = world.gateway().dependencies.clock.today().to_string();
    let announced = [("tekst", "Meld dere på"), ("frist", today.as_str()), ("aar", "i år")];
    assert!(
        send(&governor, "/deltakelse", "kunngjor", &announced)
            .await
            .holds("Tilskuddsåret er ikke et år.")
    );
    let announced = [announced[0], announced[1], ("aar", "2021")];
    send(&governor, "/deltakelse", "kunngjor", &announced).await.location();
    let list = skien.page("/deltakelse").await;
    assert!(list.holds("<td>2021</td>"), "{}", list.text);
    let link = list.text.split("href=\"").find(|link| link.starts_with("/deltakelse/"));
    let place = link.and_then(|link| link.split('"').next()).expect("a link").to_owned();
    for applicant in [&porsgrunn, &skien] {
        let told = [("utfordringer", "u"), ("status", "s"), ("motivasjon", "m")];
        send(applicant, &place, "sok-om", &told).await.location();
    }
    assert!(
        skien.page(&place).await.section("ranger").is_none(),
        "others may still apply"
    );
    world.hand.advance(std::time::Duration::from_hours(48));
    assert!(
        governor.page(&place).await.section("ranger").is_none(),
        "it has not applied"
    );
    let unplaced = [("plass", "to"), ("tekst", "godt begrunnet")];
    assert!(
        send(&skien, &place, "ranger", &unplaced)
            .await
            .holds("Gi hver søknad én plass fra 1 og oppover")
    );
    let placed = [("plass", "1"), ("tekst", "godt begrunnet")];
    send(&skien, &place, "ranger", &placed).await.location();
    let page = governor.page(&place).await;
    for text in [
        "Skien rangerte slik: Porsgrunn. godt begrunnet",
        "Plasser fra de andre søkerne: 1",
        "Ingen av de andre søkerne har rangert den ennå",
    ] {
        assert!(page.holds(text), "{text}: {}", page.text);
    }
    let rival = porsgrunn.page(&place).await;
    assert!(!rival.holds("Skien rangerte slik"), "by whom is not for a rival");
}
