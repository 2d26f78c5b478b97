//! Promise: an office is one of its programme. A second programme, whose payer takes part in the pilot as a directorate, changes nobody's answers on
//! the pilot, and its office sees and commands what is its own there alone.

use programgrant_core::access::{Caller, Office, Role};
use programgrant_schema::PILOT;
use serde_json::{Value, json};

use super::asking::{
    BAMBLE, BUFDIR, HELSEDIR, Ids, NAV, Place, TRONDELAG, TRONDHEIM, UDIR, VESTFOLD_OG_TELEMARK, of_role,
};

/// A scheme of its own and one of the pilot's, for Bergen and Stavanger, paid by Bufdir. Made up.
pub const SECOND: &str = r#"
[programme]
id = "second"
name_nb = "Et program til"
from = 2018-01-01
until = 2027-12-31
pot = { chapter = 846, post = 63, payer = "986128433" }
notice_nb = "Oppdiktet."
[[scheme]]
id = "846.63"
name_nb = "Et tilskudd til"
ministry = "Barne- og familiedepartementet"
directorate = "986128433"
system = "bufdir"
budget = [[2018, 0, 846, 63]]
scope = "whole-scheme"
determined = "discretionary"
prevention = "refuse-application"
[[scheme]]
id = "621.63"
name_nb = "Sosiale tjenester og tiltak for vanskeligstilte"
ministry = "Arbeids- og sosialdepartementet"
directorate = "889640782"
system = "nav"
budget = [[2016, 0, 621, 63]]
scope = "whole-scheme"
determined = "discretionary"
prevention = "refuse-application"
[[municipality]]
number = "1103"
name = "Stavanger"
[[municipality]]
number = "4601"
name = "Bergen"
"#;

const BERGEN: &str = "964338531";

/// The world with the pilot alone, or with the second programme beside it.
async fn place(files: &[(&str, &str)]) -> Place {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let paths = files.iter().map(|(name, text)| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("written");
        format!("{:?}", path.display().to_string())
    });
    let paths: Vec<String> = paths.collect();
    Place::with_settings(&format!("[programme]\nfiles = [{}]", paths.join(", "))).await
}

/// Somebody of that body, in the role and the office that the registers give it.
fn registered(place: &Place, body: &str) -> Caller {
    let (access, number) = (place.world.gateway().access(), body.parse().expect("a number"));
    Caller {
        acting: Some(number),
        subject: "test".to_owned(),
        role: access.role_of(number),
        office: access.office_of(number),
        ..Caller::public()
    }
}

fn everybody(place: &Place) -> Vec<(String, Caller)> {
    let bodies = [
        UDIR,
        NAV,
        HELSEDIR,
        BUFDIR,
        BAMBLE.1,
        TRONDHEIM.1,
        VESTFOLD_OG_TELEMARK,
        TRONDELAG,
    ];
    let bodies = bodies.map(|body| (body.to_owned(), registered(place, body)));
    let others = [Role::Public, Role::Evaluator, Role::Operator];
    let others = others.map(|role| (role.as_str().to_owned(), of_role(role)));
    bodies.into_iter().chain(others).collect()
}

/// Questions about the pilot and what belongs to it, each by itself so that no refusal hides another answer.
fn questions(place: &Place) -> Vec<String> {
    let figure = "{ state amount }";
    let pot =
        "pot { total known completeness missing { id } awarded { state amount } paid { state amount } difference }";
    let shares = format!("shares {{ scheme {{ id }} amount {figure} provenance {{ recordId }} }}");
    let claim =
        "state fence verdict { outcome reasons { code message } } scheme { id } year amount requestedBy { name }";
    let case = "state kind year toHoldBack toPayBack reasons { code message } awards { id status }";
    let version = "number state reason table { total } comments { text } objections { reason }";
    let application = "challenges motivation state assessments { text }";
    let (near, far) = (&place.near, &place.far);
    let mut all = vec![
        "{ programme { name from until useUntil notice rules { id } schemes { id } municipalities { name } } }"
            .to_owned(),
        format!("{{ programme {{ year(year: 2021) {{ {pot} appropriation {figure} accounts {figure} }} }} }}"),
        format!("{{ programme {{ year(year: 2021) {{ grants {{ municipality {{ name }} {pot} {shares} }} }} }} }}"),
        format!("{{ fundingClaims {{ items {{ {claim} }} }} }}"),
        format!("{{ doubleFundingCases(programme: \"0-24-pilot\") {{ items {{ {case} }} }} }}"),
        format!("{{ allocations(programme: \"0-24-pilot\") {{ {version} }} }}"),
        "{ announcements(programme: \"0-24-pilot\") { text region { name } } }".to_owned(),
        format!("{{ announcements(programme: \"0-24-pilot\") {{ applications {{ {application} }} }} }}"),
        format!("{{ participationApplications(programme: \"0-24-pilot\") {{ {application} }} }}"),
        "{ objections(programme: \"0-24-pilot\") { reason outcome } }".to_owned(),
        "{ programmeUse(programme: \"0-24-pilot\") { measures { terms { title } earlier { reason } } agreements { about } supportRequests { text } reports { year state } } }"
            .to_owned(),
        "{ programmeUse(programme: \"0-24-pilot\") { gatherings { title } dueReports { year isLate } evaluations { text } } }".to_owned(),
        "{ programmeUse(programme: \"0-24-pilot\") { municipalities { municipality { name } zeroPoint { finding { text } } savedHours { saved } } } }"
            .to_owned(),
        "{ programmeUse(programme: \"0-24-pilot\") { reports { measures { people } } municipalities { indicators { indicator } } } }".to_owned(),
        "{ evaluationData(programme: \"0-24-pilot\") { figures { year variable value standing } } }".to_owned(),
        "{ sources { id state setAside unresolved } }".to_owned(),
        "{ sources { id setAsideRecords { place reason } lastError } }".to_owned(),
        "{ deadlines(programme: \"0-24-pilot\", year: 2023) { id on award { id } } }".to_owned(),
        "{ viewer { organisation { name } functions { function } } programme { viewerRole } }".to_owned(),
    ];
    for (number, body) in [BAMBLE, TRONDHEIM] {
        let of = format!("municipality(organisationNumber: \"{body}\")");
        all.push(format!(
            "{{ {of} {{ programmeGrant(year: 2021) {{ {pot} {shares} comparison {{ before {figure} worseOff }} }} }} }}"
        ));
        all.push(format!("{{ {of} {{ awards {{ id status granted {figure} }} }} }}"));
        all.push(format!("{{ {of} {{ doubleFundingCases {{ {case} }} }} }}"));
        all.push(format!(
            "{{ {of} {{ eligibility(year: 2022) {{ scheme {{ id }} answer }} }} }}"
        ));
        all.push(format!(
            "{{ fundingCheck(input: {{ scheme: \"231.63\", recipient: {{ municipalityNumber: \"{number}\" }}, year: 2021, amount: 1, caseReference: \"1\" }}) {{ outcome reasons {{ code message }} }} }}"
        ));
    }
    for ids in [near, far] {
        all.push(format!(
            "{{ award(id: \"{}\") {{ status granted {figure} versions {{ status }} }} }}",
            ids.award
        ));
        all.push(format!("{{ fundingClaim(id: \"{}\") {{ {claim} }} }}", ids.claim));
        all.push(format!(
            "{{ fundingClaim(id: \"{}\") {{ history {{ state reason }} }} }}",
            ids.claim
        ));
        all.push(format!("{{ doubleFundingCase(id: \"{}\") {{ {case} }} }}", ids.case));
        all.push(format!("{{ allocation(id: \"{}\") {{ {version} }} }}", ids.allocation));
    }
    all
}

/// Commands about the pilot that lack a word, so that whoever may give them is told so and nothing changes.
fn commands(place: &Place) -> Vec<String> {
    let (near, far) = (&place.near, &place.far);
    let mut all = vec![
        "mutation { announceProgramme(programme: \"0-24-pilot\", text: \" \", deadline: \"2099-01-01\", region: \"974764350\", idempotencyKey: \"k\") { errors { code } } }".to_owned(),
        format!("mutation {{ endParticipation(programme: \"0-24-pilot\", municipality: \"{}\", reason: \" \", reference: \"r\", idempotencyKey: \"k\") {{ errors {{ code }} }} }}", BAMBLE.1),
        format!("mutation {{ object(programme: \"0-24-pilot\", kind: AWARD, subject: \"{}\", municipality: \"{}\", reason: \" \", idempotencyKey: \"k\") {{ errors {{ code }} }} }}", near.award, BAMBLE.1),
    ];
    for ids in [near, far] {
        let Ids {
            claim,
            case,
            allocation,
            announcement,
            application,
            objection,
            ..
        } = ids;
        all.extend([
            format!("mutation {{ withdrawAllocation(allocation: \"{allocation}\", reason: \" \", idempotencyKey: \"k\") {{ errors {{ code }} }} }}"),
            format!("mutation {{ decideAllocation(allocation: \"{allocation}\", reference: \" \", idempotencyKey: \"k\") {{ errors {{ code }} }} }}"),
            format!("mutation {{ selectParticipants(announcement: \"{announcement}\", chosen: [], reason: \" \", reference: \"r\", idempotencyKey: \"k\") {{ errors {{ code }} }} }}"),
            format!("mutation {{ assessParticipationApplication(application: \"{application}\", recommendation: RECOMMENDED, text: \" \", idempotencyKey: \"k\") {{ errors {{ code }} }} }}"),
            format!("mutation {{ beginParticipation(application: \"{application}\", from: \"2020-01-01\", reason: \" \", reference: \"r\", idempotencyKey: \"k\") {{ errors {{ code }} }} }}"),
            format!("mutation {{ withdrawParticipationApplication(application: \"{application}\", reason: \" \", idempotencyKey: \"k\") {{ errors {{ code }} }} }}"),
            format!("mutation {{ answerObjection(objection: \"{objection}\", outcome: REJECTED, reason: \" \", idempotencyKey: \"k\") {{ errors {{ code }} }} }}"),
            format!("mutation {{ releaseFunding(claim: \"{claim}\", fence: 0, reason: \"r\") {{ errors {{ code }} }} }}"),
            format!("mutation {{ decideFunding(claim: \"{claim}\", fence: 0, decision: REFUSE, reason: \"r\") {{ errors {{ code }} }} }}"),
            format!("mutation {{ proposeOverride(claim: \"{claim}\", fence: 0, reason: \"r\", legalBasis: \"l\") {{ errors {{ code }} }} }}"),
            format!("mutation {{ decideCase(case: \"{case}\", decision: CONFIRM, reason: \" \") {{ errors {{ code }} }} }}"),
        ]);
    }
    all
}

/// The answer of one caller, with what each world makes up anew told by name.
async fn answer(place: &Place, caller: &Caller, asked: &str) -> String {
    named(place, &in_short(&place.ask(caller, asked).await))
}

fn named(place: &Place, text: &str) -> String {
    let sides = [("near", &place.near), ("far", &place.far)];
    sides
        .iter()
        .fold(text.to_owned(), |text, (side, ids)| ids.named(side, &text))
}

/// Everybody's answers to everything.
async fn answers(place: &Place) -> Vec<(String, String)> {
    let mut told = Vec::new();
    for asked in questions(place).into_iter().chain(commands(place)) {
        for (who, caller) in everybody(place) {
            let answer = answer(place, &caller, &asked).await;
            told.push((format!("{who}: {}", named(place, &asked)), answer));
        }
    }
    told
}

/// Data, and the code and path of each error; a reference is another each time. What happened at one instant has no order. What a municipality may
/// apply for of the second programme is left out.
fn in_short(answer: &Value) -> String {
    let mut answer = answer.clone();
    if let Some(told) = answer
        .pointer_mut("/data/municipality/eligibility")
        .and_then(Value::as_array_mut)
    {
        told.retain(|one| one["scheme"]["id"] != "846.63");
    }
    order(&mut answer["data"]);
    let errors = answer["errors"].as_array().into_iter().flatten();
    let errors: Vec<Value> = errors
        .map(|error| json!([error["extensions"]["code"], error["path"]]))
        .collect();
    format!("{:#}", json!({ "data": answer["data"], "errors": errors }))
}

fn order(value: &mut Value) {
    match value {
        Value::Array(items) => {
            items.iter_mut().for_each(order);
            items.sort_by_key(Value::to_string);
        }
        Value::Object(fields) => fields.values_mut().for_each(order),
        _ => {}
    }
}

const PILOT_FILE: (&str, &str) = PILOT;
const SECOND_FILE: (&str, &str) = ("second.toml", SECOND);

#[tokio::test]
async fn a_second_programme_changes_nobodys_answers_on_the_pilot() {
    let alone = answers(&place(&[PILOT_FILE]).await).await;
    let beside = place(&[PILOT_FILE, SECOND_FILE]).await;
    assert_eq!(
        registered(&beside, BUFDIR).role,
        Role::ProgrammeOffice,
        "it is an office now"
    );
    let together = answers(&beside).await;
    assert_eq!(alone.len(), together.len());
    let mut told = 0;
    for ((asked, before), (_, after)) in alone.iter().zip(&together) {
        assert_eq!(before, after, "{asked}");
        told += usize::from(before.contains("\"errors\": []"));
    }
    // Neither all is refused nor all answered.
    assert!((200..alone.len() - 100).contains(&told), "{told} of {}", alone.len());
}

#[tokio::test]
async fn an_office_of_all_is_answered_otherwise_on_the_pilot() {
    let place = place(&[PILOT_FILE, SECOND_FILE]).await;
    let own = registered(&place, BUFDIR);
    let all = Caller {
        office: Office::All,
        ..own.clone()
    };
    let mut others = 0;
    for asked in questions(&place) {
        others += usize::from(answer(&place, &own, &asked).await != answer(&place, &all, &asked).await);
    }
    assert!(others > 10, "{others}");
}

#[tokio::test]
async fn an_office_commands_its_own_programme_and_is_elsewhere_what_it_was() {
    let place = place(&[PILOT_FILE, SECOND_FILE]).await;
    let role = |programme| format!("{{ programme(id: \"{programme}\") {{ viewerRole }} }}");
    let announce = |programme| {
        format!(
            "mutation {{ announceProgramme(programme: \"{programme}\", text: \"Søk nå.\", deadline: \"2099-01-01\", region: \"{TRONDELAG}\", idempotencyKey: \"{programme}\") {{ announcement {{ text }} errors {{ code }} }} }}"
        )
    };
    for (body, own, other) in [(UDIR, "0-24-pilot", "second"), (BUFDIR, "second", "0-24-pilot")] {
        let office = registered(&place, body);
        assert!(matches!(office.office, Office::Of { .. }));
        let roles = [role(own), role(other)];
        let roles = [
            place.data(&office, &roles[0]).await,
            place.data(&office, &roles[1]).await,
        ];
        let roles = roles.map(|answer| answer["programme"]["viewerRole"].clone());
        assert_eq!(roles, [json!("PROGRAMME_OFFICE"), json!("DIRECTORATE")], "{body}");
        let refused = place.ask(&office, &announce(other)).await;
        assert_eq!(refused["errors"][0]["extensions"]["code"], "FORBIDDEN", "{refused:#}");
        let told = place.data(&office, &announce(own)).await;
        assert_eq!(told["announceProgramme"]["announcement"]["text"], "Søk nå.", "{told:#}");
    }
    // Helsedir's claim for Oslo, which takes part in neither.
    let claim = format!("{{ fundingClaim(id: \"{}\") {{ state }} }}", place.far.claim);
    let whole = Caller {
        office: Office::All,
        ..registered(&place, UDIR)
    };
    for (caller, seen) in [
        (registered(&place, UDIR), false),
        (registered(&place, BUFDIR), false),
        (whole, true),
    ] {
        let answer = place.data(&caller, &claim).await;
        assert_eq!(answer["fundingClaim"].is_object(), seen, "{caller:?}");
    }
}

#[tokio::test]
async fn an_office_sees_what_is_of_its_schemes_and_participants_and_not_half_of_it() {
    let place = place(&[PILOT_FILE, SECOND_FILE]).await;
    let shared = |body: &str| {
        format!(
            "mutation {{ requestFunding(input: {{ scheme: \"621.63\", recipient: {{ organisationNumber: \"{body}\" }}, year: 2019, amount: 100, targetGroup: ADULTS, caseReference: \"{body}\" }}, idempotencyKey: \"{body}\") {{ claim {{ id }} errors {{ code }} }} }}"
        )
    };
    let nav = registered(&place, NAV);
    for (recipient, bufdir_sees) in [(BERGEN, true), (TRONDHEIM.1, false)] {
        let asked = place.data(&nav, &shared(recipient)).await;
        let id = asked["requestFunding"]["claim"]["id"]
            .as_str()
            .expect("a claim")
            .to_owned();
        let query = format!("{{ fundingClaim(id: \"{id}\") {{ caseReference }} }}");
        let seen = place.data(&registered(&place, BUFDIR), &query).await;
        assert_eq!(seen["fundingClaim"].is_object(), bufdir_sees, "{recipient}: {seen:#}");
        // The pilot begins in 2020: a grant of 2019 is not its office's.
        let seen = place.data(&registered(&place, UDIR), &query).await;
        assert_eq!(seen["fundingClaim"], Value::Null, "{recipient}");
    }
}
