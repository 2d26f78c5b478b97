//! Whom each system must keep out of what: every participation of every programme, past ones included. Pure.

use programgrant_schema::{
    Ban, BudgetPost, Exclusion, GrantScheme, Municipality, Participant, Participation, Programme, Scope, SourceId,
    TargetGroup,
};

use crate::reference::Reference;

/// What one system should hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    pub exclusions: Vec<Exclusion>,
    /// Participants, by name and scheme, who have no organisation number by which a system could know them.
    pub nameless: Vec<String>,
}

/// One statement for each participation and scheme of that system.
pub fn wanted(reference: &Reference, source: SourceId) -> Wanted {
    let mut wanted = Wanted::default();
    for programme in reference.programmes.iter() {
        for (ban, scheme) in schemes_of(reference, programme, source) {
            for participation in &programme.participations {
                let Some(municipality) = reference.register.get(participation.municipality) else {
                    continue;
                };
                match participant(reference, municipality, participation) {
                    Some(participant) => wanted.add(exclusion(programme, (ban, scheme), participation, participant)),
                    None => wanted.nameless.push(format!("{} ({})", municipality.name(), scheme.id)),
                }
            }
        }
    }
    wanted
}

impl Wanted {
    fn add(&mut self, exclusion: Exclusion) {
        if !self.exclusions.contains(&exclusion) {
            self.exclusions.push(exclusion);
        }
    }
}

/// The schemes of the programme in that system. Nobody is kept out by rules that are not published.
fn schemes_of<'a>(
    reference: &'a Reference,
    programme: &'a Programme,
    source: SourceId,
) -> impl Iterator<Item = (Ban, &'a GrantScheme)> {
    let described = programme
        .schemes
        .iter()
        .filter(|_| !programme.has_unknown_rules())
        .filter_map(|part| Some((part.ban?, reference.programmes.scheme(&part.scheme)?)));
    described.filter(move |(_, scheme)| scheme.sources.contains(&source))
}

/// The municipality under the number and name of its first day as a participant, so that a later renumbering makes no other
/// statement of it.
fn participant(
    reference: &Reference,
    municipality: &Municipality,
    participation: &Participation,
) -> Option<Participant> {
    let Some(organisation_number) = municipality.organisation_number else {
        return predecessor(reference, municipality, participation);
    };
    let period = municipality
        .own
        .iter()
        .find(|period| period.contains(participation.from));
    let (number, name) = period.map_or((municipality.last_number(), municipality.name()), |period| {
        (period.number, &period.name)
    });
    Some(Participant {
        organisation_number,
        number: number.to_string(),
        name: name.to_owned(),
    })
}

/// Whoever took part and went up in a municipality that has no organisation number yet: what a system holds of it must not be lifted
/// before it can be told of the new one.
fn predecessor(
    reference: &Reference,
    municipality: &Municipality,
    participation: &Participation,
) -> Option<Participant> {
    let period = municipality
        .merged
        .iter()
        .find(|period| period.number == participation.number)?;
    Some(Participant {
        organisation_number: reference.register.stated_for(participation.number)?,
        number: period.number.to_string(),
        name: period.name.clone(),
    })
}

fn exclusion(
    programme: &Programme,
    (ban, scheme): (Ban, &GrantScheme),
    participation: &Participation,
    participant: Participant,
) -> Exclusion {
    Exclusion {
        participant,
        post: post(scheme, participation),
        activity: scheme.activity.clone(),
        from: participation.from,
        until: participation.use_until,
        programme: programme.id.clone(),
        legal_basis: legal_basis(programme, ban.scope),
        prevention: ban.prevention,
        target_group: (ban.scope == Scope::TargetGroup).then_some(TargetGroup::ChildrenAndYoung),
    }
}

/// The scheme's last post within the participation or, where it lay on none then, its last of all.
fn post(scheme: &GrantScheme, participation: &Participation) -> BudgetPost {
    let years = participation.from.year()..=participation.use_until.year();
    let last_of_all = scheme
        .budget
        .iter()
        .max_by_key(|years| years.from)
        .map(|years| years.post);
    let within = years.rev().find_map(|year| scheme.post_in(year));
    within.or(last_of_all).expect("a programme file's scheme has a post")
}

/// The rule that the scheme's scope rests on, with its source; the programme itself where its file has no such rule.
fn legal_basis(programme: &Programme, scope: Scope) -> String {
    let own = (scope == Scope::TargetGroup).then_some("same-target-group");
    let rule = own
        .and_then(|id| programme.rule(id))
        .or_else(|| programme.rule("no-double-funding"));
    rule.map_or_else(
        || programme.name.clone(),
        |rule| format!("{}: {}", rule.source, rule.text),
    )
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use programgrant_schema::{MunicipalityRegister, Organisations, PILOT, Prevention, Programmes, ReferenceTables};

    use super::*;
    use crate::reference::SubUnits;
    use crate::systems;

    /// How many, and of each scheme: post, activity, effect, target group and how the legal basis begins.
    type Said = (
        usize,
        Vec<(
            &'static str,
            Option<&'static str>,
            Prevention,
            Option<TargetGroup>,
            &'static str,
        )>,
    );

    fn reference(files: &[&str]) -> Reference {
        let register = MunicipalityRegister::parse(&ReferenceTables::built_in()).expect("sound");
        let programmes = files
            .iter()
            .map(|text| Programme::parse("test", text, &register).expect("sound"))
            .collect();
        Reference {
            register,
            programmes: Programmes::new(programmes).expect("sound"),
            organisations: Organisations::built_in().expect("sound"),
            sub_units: SubUnits::default(),
            sources: crate::systems::profiles(),
            registered: std::sync::Arc::default(),
        }
    }

    #[test]
    #[expect(clippy::too_many_lines, reason = "a table of cases reads best in one piece")]
    fn every_participation_is_kept_out_of_every_scheme_in_the_words_of_its_system() {
        let reference = reference(&[PILOT.1]);
        let told: [(SourceId, Said); 5] = [
            (
                systems::UDIR,
                (
                    24,
                    vec![
                        (
                            "231.63",
                            None,
                            Prevention::LeaveOutOfCalculation,
                            None,
                            "prosjektplan, pkt. 3.3: ",
                        ),
                        (
                            "231.66",
                            None,
                            Prevention::DoNotInvite,
                            None,
                            "prosjektplan, pkt. 3.3: ",
                        ),
                    ],
                ),
            ),
            (
                systems::NAV,
                (
                    12,
                    vec![(
                        "621.63",
                        None,
                        Prevention::RefuseApplication,
                        Some(TargetGroup::ChildrenAndYoung),
                        "kunngjøring 2020, ",
                    )],
                ),
            ),
            (
                systems::HELSEDIR,
                (
                    12,
                    vec![(
                        "765.60",
                        Some("BARN_UNGE"),
                        Prevention::RefuseApplication,
                        None,
                        "prosjektplan, pkt. 3.3: ",
                    )],
                ),
            ),
            // 846.62 until 2021, 846.61 when the participations ended.
            (
                systems::BUFDIR,
                (
                    12,
                    vec![(
                        "846.61",
                        Some("LOS"),
                        Prevention::BlockActivity,
                        None,
                        "prosjektplan, pkt. 3.3: ",
                    )],
                ),
            ),
            (systems::STATE_ACCOUNTS, (0, vec![])),
        ];
        for (source, (count, schemes)) in told {
            let Wanted { exclusions, nameless } = wanted(&reference, source);
            assert_eq!((exclusions.len(), nameless.len()), (count, 0), "{source}");
            for exclusion in &exclusions {
                assert_eq!(exclusion.flaw(), None);
                assert_eq!((exclusion.from, exclusion.until), (date(2020, 1, 1), date(2023, 6, 30)));
                assert_eq!(exclusion.programme, "0-24-pilot");
                let said = schemes
                    .iter()
                    .filter(|(post, activity, prevention, target_group, basis)| {
                        let own = (
                            exclusion.post.to_string(),
                            exclusion.activity.as_deref(),
                            exclusion.prevention,
                            exclusion.target_group,
                        );
                        own == ((*post).to_owned(), *activity, *prevention, *target_group)
                            && exclusion.legal_basis.starts_with(basis)
                    });
                assert_eq!(said.count(), 1, "{exclusion:?}");
            }
        }
        let bamble = &wanted(&reference, systems::NAV).exclusions[0].participant;
        assert_eq!(
            (
                bamble.number.as_str(),
                bamble.name.as_str(),
                bamble.organisation_number.to_string().as_str()
            ),
            ("3813", "Bamble", "940244145")
        );
    }

    #[test]
    fn a_participation_of_its_own_length_and_an_annulled_one_are_told_as_they_are() {
        let mark = "organisation_number = \"940244145\"";
        let shortened = PILOT
            .1
            .replacen(mark, &format!("{mark}\nfrom = 2020-08-01\nuse_until = 2021-12-31"), 1);
        let first = |text: &str, source| wanted(&reference(&[text]), source).exclusions[0].clone();
        let bamble = first(&shortened, systems::BUFDIR);
        assert_eq!(
            (bamble.from, bamble.until, bamble.post.to_string().as_str()),
            (date(2020, 8, 1), date(2021, 12, 31), "846.62")
        );
        let annulled = PILOT.1.replacen(mark, &format!("{mark}\nannulled = true"), 1);
        assert_eq!(first(&annulled, systems::BUFDIR).participant.name, "Siljan");
        assert_eq!(wanted(&reference(&[&annulled]), systems::UDIR).exclusions.len(), 22);
    }

    #[test]
    fn two_programmes_want_one_each_and_a_scheme_that_came_later_is_told_by_its_post() {
        let second = PILOT
            .1
            .replace("id = \"0-24-pilot\"", "id = \"second\"")
            .replace("no-double-funding", "another-rule");
        let early = second.replace("from = 2020-01-01", "from = 2016-01-01").replacen(
            "until = 2022-12-31",
            "until = 2016-12-31",
            1,
        );
        let early = early.replacen("use_until = 2023-06-30", "use_until = 2017-06-30", 1);
        let reference = reference(&[PILOT.1, &early]);
        let udir = wanted(&reference, systems::UDIR).exclusions;
        assert_eq!(udir.len(), 48);
        let late_scheme: Vec<_> = udir
            .iter()
            .filter(|exclusion| exclusion.programme == "second" && exclusion.post.to_string() == "231.66")
            .collect();
        assert_eq!(late_scheme.len(), 12, "231.66 began in 2018");
        assert_eq!(
            late_scheme[0].legal_basis,
            reference.programmes.get("second").expect("loaded").name
        );
    }
}
