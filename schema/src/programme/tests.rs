//! Promise: a programme is its file. The pilot reads as its documents state it, a second programme stands beside it, and a
//! file that contradicts itself or the register is refused with the reason.

use super::*;
use crate::BudgetYears;
use crate::municipality::ReferenceTables;

fn register() -> MunicipalityRegister {
    MunicipalityRegister::parse(&ReferenceTables::built_in()).expect("sound")
}

fn pilot() -> ProgrammeFile {
    Programme::parse(PILOT.0, PILOT.1, &register()).expect("sound")
}

fn second() -> String {
    PILOT
        .1
        .replace("id = \"0-24-pilot\"", "id = \"second\"")
        .replace("chapter = 226, post = 64", "chapter = 846, post = 63")
}

#[test]
fn the_pilot_is_as_documented() {
    let file = pilot();
    let programme = &file.programme;
    assert_eq!(programme.id, "0-24-pilot");
    assert_eq!(programme.budget_years(), Some(2020..=2022));
    assert_eq!(
        (
            programme.participations.len(),
            programme.schemes.len(),
            file.schemes.len()
        ),
        (12, 5, 11)
    );
    assert_eq!(programme.pot, Some(BudgetPost::new(226, 64)));
    assert_eq!(
        programme.pot_totals[&2021],
        Ore::from_kroner(40_500_000).expect("in range")
    );
    assert_eq!(programme.rules.len(), 5);
    assert_eq!(programme.notice, None);
}

#[test]
fn a_deadline_for_applications_is_a_day_of_every_year_with_its_source() {
    let programme = pilot().programme;
    let due = |id: &str| {
        let part = programme.scheme(&SchemeId::new(id)).expect("the programme's");
        part.application_deadline
            .as_ref()
            .and_then(|deadline| deadline.in_year(2020))
    };
    let date = |month, day| Some(jiff::civil::date(2020, month, day));
    assert_eq!(
        (due("621.63"), due("765.60-children"), due("231.63")),
        (date(2, 1), date(3, 1), None)
    );
    for (stated, reason) in [
        (
            "{ month = 2, day = 29, source = \"s\" }",
            "29.2. is no day of every year",
        ),
        (
            "{ month = 13, day = 1, source = \"s\" }",
            "1.13. is no day of every year",
        ),
        ("{ month = 2, day = 1, source = \" \" }", "source is empty"),
    ] {
        let text = PILOT.1.replacen(
            "month = 2, day = 1, source = \"programfilen; kunngjøringen for året gjelder\"",
            "X",
            1,
        );
        let text = text.replace("{ X }", stated);
        let error = Programme::parse("p.toml", &text, &register())
            .expect_err(stated)
            .to_string();
        assert!(error.contains(reason) && error.contains("p.toml, line"), "{error}");
    }
}

#[test]
fn los_is_one_scheme_on_three_posts() {
    let programmes = Programmes::new(vec![pilot()]).expect("sound");
    let los = programmes.scheme(&SchemeId::new("846-los")).expect("known");
    let posts = [2014, 2021, 2022].map(|year| los.post_in(year).map(|post| post.to_string()));
    assert_eq!(
        posts,
        [
            Some("854.61".to_owned()),
            Some("846.62".to_owned()),
            Some("846.61".to_owned())
        ]
    );
    for post in [
        BudgetPost::new(854, 61),
        BudgetPost::new(846, 62),
        BudgetPost::new(846, 61),
    ] {
        assert_eq!(
            programmes
                .classify(2022, post, Some("LOS"))
                .map(|scheme| scheme.id.as_str()),
            Some("846-los")
        );
    }
}

#[test]
fn a_record_is_classified_or_left_open_never_guessed() {
    let programmes = Programmes::new(vec![pilot()]).expect("sound");
    let of = |year, chapter, post, activity| {
        programmes
            .classify(year, BudgetPost::new(chapter, post), activity)
            .map(|scheme| scheme.id.as_str())
    };
    assert_eq!(of(2021, 231, 63, None), Some("231.63"));
    assert_eq!(of(2017, 231, 66, None), None);
    assert_eq!(of(2021, 226, 64, None), None);
    assert_eq!(of(2021, 765, 60, Some("BARN_UNGE")), Some("765.60-children"));
    assert_eq!(of(2021, 765, 60, Some("VOKSNE")), Some("765.60-adults"));
    assert_eq!(of(2019, 765, 60, Some("FELLES")), Some("765.60-joint"));
    assert_eq!(of(2019, 765, 60, None), Some("765.60-joint"));
    assert_eq!(of(2021, 765, 60, None), None);
}

#[test]
fn a_scheme_names_one_source_or_several() {
    let read = |system: &str| {
        let text = PILOT.1.replacen("system = \"nav\"", &format!("system = {system}"), 1);
        let file = Programme::parse("pilot.toml", &text, &register()).map_err(|error| error.to_string())?;
        let programmes = Programmes::new(vec![file]).expect("sound");
        let scheme = programmes.scheme(&SchemeId::new("621.63")).expect("known");
        let sources = scheme.sources.iter().map(SourceId::to_string);
        Ok::<_, String>((sources.collect::<Vec<_>>().join(" "), programmes.sources().len()))
    };
    assert_eq!(read("\"nav\""), Ok(("nav".to_owned(), 4)));
    assert_eq!(read("[\"nav\", \"vestfold\"]"), Ok(("nav vestfold".to_owned(), 5)));
    let mut lines = PILOT.1.lines();
    let line = 1 + lines
        .position(|line| line.starts_with("system = \"nav\""))
        .expect("stated");
    let place = format!("pilot.toml, line {line}: ");
    for (system, reason) in [
        ("\"NAV\"", "\"NAV\" is no source's id"),
        ("[]", "names no source"),
        ("[\"nav\", \"nav\"]", "nav stands there twice"),
        ("\"brreg\"", "reference register"),
        ("7", "a source's id, or a list of them"),
    ] {
        let error = read(system).expect_err(system);
        assert!(error.starts_with(&place) && error.contains(reason), "{error}");
    }
}

#[test]
fn a_second_programme_stands_beside_the_first() {
    let second = Programme::parse("second.toml", &second(), &register()).expect("sound");
    let programmes = Programmes::new(vec![pilot(), second]).expect("compatible");
    assert_eq!(programmes.iter().count(), 2);
    assert_eq!(programmes.schemes().len(), 11);
    assert!(programmes.posts().contains(&BudgetPost::new(846, 63)));
    // Both have the same schemes, participants and years, and say so.
    assert!(programmes.iter().all(|programme| {
        programme
            .notice
            .as_deref()
            .is_some_and(|notice| notice.contains("231.63, 231.66"))
    }));
}

#[test]
fn what_contradicts_is_refused_with_the_reason() {
    let refused = |from: &str, to: &str| {
        let text = PILOT.1.replacen(from, to, 1);
        assert_ne!(text, PILOT.1, "{from}");
        Programme::parse("p.toml", &text, &register())
            .expect_err("refused")
            .to_string()
    };
    assert!(refused("use_until = 2023", "use_untill = 2023").contains("use_untill"));
    assert!(refused("until = 2022-12-31", "until = 2019-12-31").contains("out of order"));
    assert!(refused("prevention = \"do-not-invite\"", "prevention = \"ask-nicely\"").contains("ask-nicely"));
    assert_eq!(
        refused("number = \"3813\"", "number = \"9998\""),
        "p.toml: municipality 9998 is unknown or was split"
    );
    assert_eq!(
        refused(
            "organisation_number = \"940244145\"",
            "organisation_number = \"864953042\""
        ),
        "p.toml: municipality 3813: organisation number 864953042 is not the register's 940244145"
    );
    assert!(refused("payer = \"970018131\"", "payer = \"970018132\"").contains("check digit"));
    assert!(refused("[2016, 2021, 846, 62]", "[2015, 2021, 846, 62]").contains("two posts in 2015"));
    assert!(refused("id = \"846-ferie\"", "id = \"846-los\"").contains("stands here twice"));

    let twice = Programmes::new(vec![pilot(), pilot()]).expect_err("refused");
    assert_eq!(twice.to_string(), "programme \"0-24-pilot\": is loaded twice");
    // Another name is another name; another post, activity or body is another scheme.
    let renamed = second().replace("name_nb = \"Støtte", "name_nb = \"Annen støtte");
    let renamed = Programme::parse("second.toml", &renamed, &register()).expect("sound alone");
    assert!(Programmes::new(vec![pilot(), renamed]).is_ok());
    let moved = second().replace(
        "[2022, 0, 846, 61]]\nscope = \"activity\"",
        "[2022, 0, 846, 62]]\nscope = \"activity\"",
    );
    let moved = Programme::parse("second.toml", &moved, &register()).expect("sound alone");
    assert!(
        Programmes::new(vec![pilot(), moved])
            .expect_err("refused")
            .to_string()
            .contains("846-los")
    );
}

#[test]
fn what_is_not_published_of_a_programme_is_none_and_never_a_default() {
    let file = Programme::parse(SUCCESSOR.0, SUCCESSOR.1, &register()).expect("sound");
    let programme = &file.programme;
    assert!(programme.has_unknown_rules() && !programme.knows_participants());
    assert_eq!(
        (programme.from, programme.until, programme.use_until),
        (None, None, None)
    );
    assert_eq!((programme.pot, programme.payer), (Some(BudgetPost::new(846, 63)), None));
    assert_eq!(
        (programme.budget_years(), programme.has_budget_year(2026)),
        (None, false)
    );
    assert_eq!(
        (programme.votes.get(&2026), programme.bound.get(&2026)),
        (Ore::from_kroner(519_800_000).as_ref(), None)
    );
    let parts = programme.schemes.iter();
    assert!(programme.rules.is_empty() && parts.clone().all(|part| part.ban.is_none()) && parts.len() == 1);
}

#[test]
fn only_unknown_rules_leave_anything_out_and_they_have_no_words() {
    let refused = |text: &str| {
        let error = Programme::parse("p.toml", text, &register()).expect_err("refused");
        error.to_string()
    };
    for (from, key) in [
        ("from = 2020-01-01\n", "programme.from"),
        ("until = 2022-12-31 ", "programme.until"),
        ("payer = \"970018131\"", "programme.pot.payer"),
        ("scope = \"activity\"\n", "scheme \"846-los\": scope"),
        ("prevention = \"block-activity\"\n", "scheme \"846-los\": prevention"),
    ] {
        let to = if from.starts_with("until") { "# " } else { "" };
        let text = PILOT.1.replacen(from, to, 1).replace("post = 64,  }", "post = 64 }");
        let reason = refused(&text.replace("post = 64, }", "post = 64 }"));
        assert_eq!(
            reason,
            format!("p.toml: {key} is missing, which it may be only with rules = \"unknown\"")
        );
    }
    let with = |more: &str| format!("{}\n{more}\n", SUCCESSOR.1);
    let rule = "[[rule]]\nid = \"r\"\ntext_nb = \"Regel\"\nsource = \"kilde\"";
    assert!(refused(&with(rule)).contains("a [[rule]] is stated"));
    let participant = "[[municipality]]\nnumber = \"3813\"\nname = \"Bamble\"";
    assert!(refused(&with(participant)).contains("municipality 3813: from stands neither there nor in the programme"));
    let dated = with(&format!("{participant}\nfrom = 2026-08-01\nuse_until = 2026-12-31"));
    let programme = Programme::parse("p.toml", &dated, &register())
        .expect("sound")
        .programme;
    assert!(programme.knows_participants() && programme.has_unknown_rules());
}

#[test]
fn a_participation_has_its_own_dates_or_the_programmes() {
    let with = |lines: &str| {
        let text = PILOT
            .1
            .replacen("number = \"3813\"", &format!("number = \"3813\"\n{lines}"), 1);
        Programme::parse("p.toml", &text, &register())
            .map(|file| file.programme)
            .map_err(|error| error.to_string())
    };
    let dates = |lines: &str| {
        let programme = with(lines).expect("sound");
        let participation = *programme
            .participations
            .iter()
            .find(|one| one.municipality.to_string() == "kommune-0814")
            .expect("Bamble");
        (
            participation.from.to_string(),
            participation.use_until.to_string(),
            programme.budget_years_of(&participation),
        )
    };
    assert_eq!(
        dates(""),
        ("2020-01-01".to_owned(), "2023-06-30".to_owned(), 2020..=2022)
    );
    assert_eq!(
        dates("from = 2021-08-01"),
        ("2021-08-01".to_owned(), "2023-06-30".to_owned(), 2021..=2022)
    );
    assert_eq!(
        dates("use_until = 2021-12-31"),
        ("2020-01-01".to_owned(), "2021-12-31".to_owned(), 2020..=2021)
    );
    let annulled = with("annulled = true").expect("sound");
    assert_eq!(
        (annulled.participations.len(), annulled.participants().count()),
        (11, 11)
    );
    let refused = "p.toml: municipality 3813: use_until 2019-12-31 is before from 2020-01-01";
    assert_eq!(with("use_until = 2019-12-31"), Err(refused.to_owned()));
    assert!(with("annuled = true").expect_err("refused").contains("annuled"));
}

/// A scheme of its own, as a mapping states it.
fn stated() -> GrantScheme {
    GrantScheme {
        id: SchemeId::new("imdi-kum"),
        name: "Kommunale innvandrertiltak".to_owned(),
        ministry: "AID".to_owned(),
        directorate: "987879696".parse().expect("a number"),
        sources: Vec::new(),
        activity: None,
        budget: vec![BudgetYears::from((2018, 2021, 291, 62))],
        determination: crate::scheme::Determination::Discretionary,
    }
}

#[test]
fn a_scheme_that_sources_state_is_reported_by_those_that_state_it() {
    let (imdi, other) = (SourceId::from_static("imdi"), SourceId::from_static("other"));
    let mut programmes = Programmes::new(vec![pilot()]).expect("sound");
    programmes
        .add_stated(vec![(imdi, stated()), (other, stated())])
        .expect("they agree");
    let known = programmes.scheme(&SchemeId::new("imdi-kum")).expect("it is there");
    assert_eq!(known.sources, [imdi, other]);
    let classified = programmes.classify(2021, BudgetPost::new(291, 62), None);
    assert_eq!(classified.map(|scheme| scheme.id.as_str()), Some("imdi-kum"));
    programmes
        .add_stated(vec![(imdi, stated())])
        .expect("what is so already may be said");
    let mut bent = stated();
    bent.budget[0].post = BudgetPost::new(671, 62);
    let refused = |programmes: &Programmes, stated: Vec<(SourceId, GrantScheme)>| {
        let added = programmes.clone().add_stated(stated);
        added.expect_err("refused").to_string()
    };
    let fresh = Programmes::new(vec![pilot()]).expect("sound");
    assert_eq!(
        refused(&fresh, vec![(imdi, stated()), (other, bent.clone())]),
        "the mapping of source other: describes scheme \"imdi-kum\" otherwise than another source does"
    );
    assert_eq!(
        refused(&programmes, vec![(imdi, bent)]),
        "the mapping of source imdi: describes scheme \"imdi-kum\" otherwise than a programme does"
    );
    let mut ruled = stated();
    ruled.determination = crate::scheme::Determination::Rule;
    assert!(refused(&programmes, vec![(imdi, ruled)]).ends_with("otherwise than a programme does"));
    let third = SourceId::from_static("third");
    assert!(refused(&programmes, vec![(third, stated())]).contains("does not name the source"));
}
