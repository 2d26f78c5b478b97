//! Promises where municipalities sign up anew each year, and rank each other's applications.

use super::super::*;
use super::{
    BAMBLE, Desk, GOVERNOR, GROUP, OFFICE, application, assessment, begin, date, end, organisation, selection,
};

const SKIEN: &str = "938759839";
const PORSGRUNN: &str = "939991034";
const DAYS: (jiff::civil::Date, jiff::civil::Date) = (date(2020, 1, 1), date(2023, 6, 30));

fn announcement(year: Option<i16>, in_year: i16) -> JournalRequest {
    JournalRequest::Announce {
        programme: "0-24-pilot".to_owned(),
        region: organisation(GOVERNOR),
        year,
        text: "Kommunene kan melde seg på.".to_owned(),
        deadline: date(in_year, 3, 9),
        terms: SelectionTerms {
            years: Some(2020..=2023),
            ranked_by_applicants: true,
        },
    }
}

fn signs_up(announcement: &JournalId, municipality: &str, standing: Option<(i16, i16)>) -> JournalRequest {
    match application(announcement, municipality, true) {
        JournalRequest::Apply {
            announcement,
            municipality,
            region,
            challenges,
            progress,
            motivation,
            political_decision,
            ..
        } => JournalRequest::Apply {
            announcement,
            municipality,
            region,
            standing: standing.map(|(first, last)| (date(first, 1, 1), date(last, 12, 31))),
            challenges,
            progress,
            motivation,
            political_decision,
        },
        other => other,
    }
}

fn begins(application: &JournalId, from: jiff::civil::Date) -> JournalRequest {
    match begin(application, 1) {
        JournalRequest::Begin {
            application,
            reason,
            reference,
            filed,
            ..
        } => JournalRequest::Begin {
            application,
            from,
            use_until: None,
            reason,
            reference,
            within: DAYS,
            standing: None,
            filed,
        },
        other => other,
    }
}

/// Announced for a year in the March before it, signed up for and chosen.
fn chosen_for(desk: &mut Desk, year: i16, standing: Option<(i16, i16)>) -> JournalId {
    (desk.year, desk.day) = (year - 1, 1);
    let announced = desk.done(GOVERNOR, announcement(Some(year), year - 1));
    let applied = desk.done(BAMBLE, signs_up(&announced, BAMBLE, standing));
    desk.day = 10;
    desk.done(GROUP, assessment(&applied));
    desk.done(GOVERNOR, selection(&announced, &[&applied], &[]));
    applied
}

#[test]
fn an_announcement_says_the_year_where_there_is_one_to_say() {
    let mut desk = Desk::new();
    assert_eq!(desk.refused(GOVERNOR, announcement(None, 2020)), "YEAR_MISSING");
    assert_eq!(
        desk.refused(GOVERNOR, announcement(Some(2024), 2020)),
        "YEAR_OUTSIDE_PROGRAMME"
    );
    let once = match announcement(Some(2021), 2020) {
        JournalRequest::Announce {
            programme,
            region,
            year,
            text,
            deadline,
            ..
        } => JournalRequest::Announce {
            programme,
            region,
            year,
            text,
            deadline,
            terms: SelectionTerms::default(),
        },
        other => other,
    };
    assert_eq!(desk.refused(GOVERNOR, once), "NOT_BY_YEAR");
}

#[test]
fn whoever_signs_up_anew_goes_on_and_whoever_paused_does_not_come_back() {
    let mut desk = Desk::new();
    let first = chosen_for(&mut desk, 2021, None);
    assert_eq!(
        desk.refused(OFFICE, begins(&first, date(2020, 12, 31))),
        "OUTSIDE_PROGRAMME",
        "it signed up for one year"
    );
    let id = desk.done(OFFICE, begins(&first, date(2021, 2, 1)));
    let days = |desk: &Desk| desk.journal.participation(&id).and_then(DecidedParticipation::days);
    assert_eq!(days(&desk), Some((date(2021, 2, 1), date(2021, 12, 31))));
    let second = chosen_for(&mut desk, 2022, Some((2021, 2021)));
    assert_eq!(
        desk.refused(OFFICE, begins(&second, date(2022, 3, 1))),
        "PARTICIPATION_INTERRUPTED"
    );
    desk.done(OFFICE, begins(&second, date(2022, 1, 1)));
    assert_eq!(days(&desk), Some((date(2021, 2, 1), date(2022, 12, 31))));
    assert_eq!(
        desk.refused(OFFICE, begins(&second, date(2022, 1, 1))),
        "ALREADY_TAKES_PART"
    );
    desk.done(OFFICE, end(Some(date(2022, 8, 31))));
    desk.day = 1;
    let announced = desk.done(GOVERNOR, announcement(Some(2023), 2021));
    let ended = |standing| signs_up(&announced, BAMBLE, standing);
    assert_eq!(
        desk.refused(BAMBLE, ended(Some((2021, 2021)))),
        "PARTICIPATION_INTERRUPTED"
    );
    assert_eq!(desk.refused(BAMBLE, ended(Some((2021, 2023)))), "ALREADY_TAKES_PART");
}

#[test]
fn a_place_is_taken_for_the_year_alone() {
    let mut desk = Desk::new();
    chosen_for(&mut desk, 2021, None);
    (desk.year, desk.day) = (2021, 1);
    let announced = desk.done(GOVERNOR, announcement(Some(2022), 2021));
    let others =
        [SKIEN, PORSGRUNN].map(|municipality| desk.done(municipality, signs_up(&announced, municipality, None)));
    desk.day = 10;
    for application in &others {
        desk.done(GROUP, assessment(application));
    }
    // Of two places in the region none is held by whoever was chosen for the year before.
    desk.done(GOVERNOR, selection(&announced, &[&others[0], &others[1]], &[]));
}

fn rank(announcement: &JournalId, by: &str, order: &[&JournalId]) -> JournalRequest {
    JournalRequest::Rank {
        announcement: announcement.clone(),
        municipality: organisation(by),
        order: order.iter().copied().cloned().collect(),
        reason: "best begrunnet først".to_owned(),
    }
}

#[test]
fn each_applicant_ranks_all_others_and_itself_not() {
    let mut desk = Desk::new();
    let announced = desk.done(GOVERNOR, announcement(Some(2021), 2020));
    let [bamble, skien, porsgrunn] = [BAMBLE, SKIEN, PORSGRUNN]
        .map(|municipality| desk.done(municipality, signs_up(&announced, municipality, None)));
    let of_bamble = rank(&announced, BAMBLE, &[&skien, &porsgrunn]);
    assert_eq!(desk.refused(BAMBLE, of_bamble.clone()), "DEADLINE_NOT_PASSED");
    desk.day = 10;
    for (order, why) in [
        (vec![&skien], "one is missing"),
        (vec![&skien, &skien, &porsgrunn], "one stands there twice"),
        (vec![&bamble, &skien, &porsgrunn], "its own"),
        (vec![&announced, &skien, &porsgrunn], "no application"),
    ] {
        assert_eq!(
            desk.refused(BAMBLE, rank(&announced, BAMBLE, &order)),
            "RANKING_INCOMPLETE",
            "{why}"
        );
    }
    assert_eq!(
        desk.refused(GROUP, rank(&announced, GROUP, &[&skien, &porsgrunn])),
        "NOT_APPLIED"
    );
    desk.done(BAMBLE, of_bamble);
    desk.done(SKIEN, rank(&announced, SKIEN, &[&porsgrunn, &bamble]));
    desk.done(PORSGRUNN, rank(&announced, PORSGRUNN, &[&bamble, &skien]));
    let told = |desk: &Desk, id: &JournalId| desk.journal.placings(desk.journal.application(id).expect("there"));
    assert_eq!(
        [&bamble, &skien, &porsgrunn].map(|id| told(&desk, id)),
        [vec![1, 2], vec![1, 2], vec![1, 2]]
    );
    desk.done(BAMBLE, rank(&announced, BAMBLE, &[&porsgrunn, &skien]));
    assert_eq!(told(&desk, &porsgrunn), [1, 1], "the later ranking holds");
    assert_eq!(desk.journal.rankings().count(), 3);
    let withdrawal = JournalRequest::WithdrawApplication {
        application: skien.clone(),
        reason: "ombestemt".to_owned(),
    };
    desk.done(SKIEN, withdrawal);
    assert_eq!(told(&desk, &bamble), [1], "whoever withdrew has ranked nobody");
    assert_eq!(told(&desk, &porsgrunn), [1], "and holds no place before others");
    desk.done(GROUP, assessment(&bamble));
    desk.done(GOVERNOR, selection(&announced, &[&bamble], &[]));
    assert_eq!(
        desk.refused(BAMBLE, rank(&announced, BAMBLE, &[&porsgrunn])),
        "ALREADY_SELECTED"
    );
}

#[test]
fn where_applicants_do_not_rank_nobody_can() {
    let mut desk = Desk::new();
    let announced = desk.done(GOVERNOR, super::announcement(9));
    let [_, skien]: [JournalId; 2] =
        [BAMBLE, SKIEN].map(|municipality| desk.done(municipality, application(&announced, municipality, true)));
    desk.day = 10;
    assert_eq!(desk.refused(BAMBLE, rank(&announced, BAMBLE, &[&skien])), "NOT_RANKED");
}
