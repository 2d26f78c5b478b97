//! What programmes say of an application: in the programme, not decidable by rule, or free. Participants, schemes, scope, dates
//! and the rules' own words are the programme files'.

use std::ops::RangeInclusive;

use programgrant_schema::{Ban, GrantScheme, MunicipalityId, Participation, Programme, Rule, Scope, TargetGroup};

use super::application::meet;
use super::judge::{Rank, RankedReason};
use super::{Application, Month, ReasonCode, Recipient, Subject};
use crate::reference::Reference;

/// What each programme says; where none stands against the application, why not.
pub fn findings(application: &Application, reference: &Reference) -> Vec<RankedReason> {
    let mut against = rules_unknown(application, reference);
    let Recipient::Municipality(municipality) = application.recipient else {
        return against;
    };
    let places = reference
        .programmes
        .iter()
        .filter(|programme| !programme.has_unknown_rules())
        .filter_map(|programme| Place::find(application, reference, programme, municipality));
    let mut free = Vec::new();
    for place in places {
        for scheme in application.subject.may_mean(reference) {
            match place.on_scheme(scheme) {
                Found::Against(findings) => against.extend(findings),
                Found::Free(finding) => free.push(finding),
            }
        }
    }
    if !against.is_empty() {
        return against;
    }
    if free.is_empty() {
        let message = format!(
            "{} deltar ikke i noe program i det tidsrommet.",
            name(reference, municipality)
        );
        free.push(RankedReason::new(
            Rank::Clear,
            ReasonCode::NotAParticipant,
            None,
            message,
        ));
    }
    free
}

/// What a programme with unknown rules says of its own schemes, whoever asks: who takes part and what is forbidden is not published, so nothing that
/// its days do not rule out is free.
fn rules_unknown(application: &Application, reference: &Reference) -> Vec<RankedReason> {
    let unknown = reference
        .programmes
        .iter()
        .filter(|programme| programme.has_unknown_rules() && may_be_touched(application, programme));
    let of_programme = |programme: &Programme| {
        let meant = application.subject.may_mean(reference).into_iter();
        let own = meant.filter(|scheme| programme.scheme(&scheme.id).is_some());
        let said = own.map(|scheme| {
            let message = format!(
                "«{}» inngår i «{}», og reglene for programmet er ikke kunngjort. En saksbehandler må avgjøre det.",
                scheme.name, programme.name
            );
            RankedReason::new(Rank::CaseOfficer, ReasonCode::RulesUnknown, None, message)
        });
        said.collect::<Vec<_>>()
    };
    unknown.flat_map(of_programme).collect()
}

/// Whether neither grant year nor use lies wholly outside what is known of the programme's days.
fn may_be_touched(application: &Application, programme: &Programme) -> bool {
    let months = application.months();
    let year = application.year;
    let first = (*months.start()).min(Month::first_of(year));
    let last = (*months.end()).max(Month::last_of(year));
    programme.from.is_none_or(|from| last >= Month::of(from))
        && programme.use_until.is_none_or(|until| first <= Month::of(until))
}

/// An application of a participant in the time of its participation.
struct Place<'a> {
    application: &'a Application,
    programme: &'a Programme,
    participation: &'a Participation,
    recipient: &'a str,
}

enum Found {
    Against(Vec<RankedReason>),
    Free(RankedReason),
}

impl<'a> Place<'a> {
    fn find(
        application: &'a Application,
        reference: &'a Reference,
        programme: &'a Programme,
        municipality: MunicipalityId,
    ) -> Option<Self> {
        let participation = programme.participation(municipality)?;
        let place = Self {
            application,
            programme,
            participation,
            recipient: name(reference, municipality),
        };
        (place.is_used_within() || place.says_nothing_of_its_year()).then_some(place)
    }

    /// The months in which this municipality may use the pot.
    fn span(&self) -> RangeInclusive<Month> {
        Month::of(self.participation.from)..=Month::of(self.participation.use_until)
    }

    fn is_used_within(&self) -> bool {
        meet(&self.application.months(), &self.span())
    }

    /// Whether a grant of a year with a vote is stated to be used in other years only, which no rule foresees.
    fn says_nothing_of_its_year(&self) -> bool {
        let year = self.application.year;
        let grant_year = Month::first_of(year)..=Month::last_of(year);
        self.programme.budget_years_of(self.participation).contains(&year)
            && !meet(&self.application.months(), &grant_year)
    }

    fn on_scheme(&self, scheme: &GrantScheme) -> Found {
        let Some(part) = self.programme.scheme(&scheme.id) else {
            let message = format!(
                "{} deltar i «{}», men ordningen «{}» inngår ikke i programmet.",
                self.recipient, self.programme.name, scheme.name
            );
            return Found::Free(RankedReason::new(Rank::Clear, ReasonCode::OutsideScope, None, message));
        };
        // A programme whose rules are published bans something in each of its schemes.
        let Some(ban) = part.ban else {
            return Found::Against(vec![self.scope_unclear(None, scheme)]);
        };
        match self.reach(ban, scheme) {
            ScopeMatch::Outside => {
                let message = format!(
                    "{} deltar i «{}», men tiltaket er for en annen målgruppe enn programmets, og «{}» kan gis til det.",
                    self.recipient, self.programme.name, scheme.name
                );
                Found::Free(RankedReason::new(
                    Rank::Clear,
                    ReasonCode::OutsideScope,
                    self.rule(Some(ban.scope)),
                    message,
                ))
            }
            ScopeMatch::Within => Found::Against(vec![self.in_time(ban, scheme)]),
            ScopeMatch::Unclear => {
                let mut against = vec![self.scope_unclear(Some(ban.scope), scheme)];
                against.extend(Some(self.in_time(ban, scheme)).filter(|finding| finding.rank == Rank::CaseOfficer));
                Found::Against(against)
            }
        }
    }

    /// Whether what is applied for is what the programme pays for.
    fn reach(&self, ban: Ban, scheme: &GrantScheme) -> ScopeMatch {
        if matches!(self.application.subject, Subject::Unresolved(_)) {
            return ScopeMatch::Unclear;
        }
        match ban.scope {
            Scope::WholeScheme => ScopeMatch::Within,
            // Such a scheme is that activity and nothing else of its post; one without a word could be any activity.
            Scope::Activity => scheme
                .activity
                .as_ref()
                .map_or(ScopeMatch::Unclear, |_| ScopeMatch::Within),
            Scope::TargetGroup => match self.application.target_group {
                Some(TargetGroup::ChildrenAndYoung) => ScopeMatch::Within,
                Some(TargetGroup::Adults | TargetGroup::Other) => ScopeMatch::Outside,
                Some(TargetGroup::All) | None => ScopeMatch::Unclear,
            },
        }
    }

    fn scope_unclear(&self, scope: Option<Scope>, scheme: &GrantScheme) -> RankedReason {
        let Self {
            recipient, programme, ..
        } = self;
        let what = match (&self.application.subject, scope) {
            (Subject::Unresolved(_), _) => "det går ikke fram om søknaden gjelder den",
            (Subject::Scheme(_), Some(Scope::TargetGroup)) => {
                "målgruppen er ikke oppgitt, eller omfatter flere enn programmets"
            }
            (Subject::Scheme(_), Some(Scope::WholeScheme | Scope::Activity)) => "aktiviteten er ikke oppgitt",
            (Subject::Scheme(_), None) => "det går ikke fram hva som ikke kan gis ved siden av",
        };
        let message = format!(
            "{recipient} deltar i «{}», der «{}» inngår, og {what}. En saksbehandler må avgjøre det.",
            programme.name, scheme.name
        );
        RankedReason::new(Rank::CaseOfficer, ReasonCode::ScopeUnclear, self.rule(scope), message)
    }

    /// In the programme's years, or beside them with a use that reaches into them.
    fn in_time(&self, ban: Ban, scheme: &GrantScheme) -> RankedReason {
        let Self {
            application,
            programme,
            participation,
            recipient,
        } = self;
        let (year, scheme) = (application.year, &scheme.name);
        let votes = programme.budget_years_of(participation);
        let began_before = year < *votes.start() && *application.months().start() < Month::of(participation.from);
        let why = if self.says_nothing_of_its_year() {
            format!("tilskuddet for {year} oppgis brukt i et annet år")
        } else if year > *votes.end() {
            format!(
                "programmet har ingen bevilgning til kommunen i {year}, men midlene kan brukes til {}",
                participation.use_until
            )
        } else if began_before {
            format!(
                "tilskuddet tok til før deltakelsen {} og brukes også etter",
                participation.from
            )
        } else {
            let message = format!(
                "{recipient} deltar i «{}»; «{scheme}» inngår i programtilskuddet og kan ikke gis ved siden av.",
                programme.name
            );
            return RankedReason::new(
                Rank::InProgramme,
                ReasonCode::InProgramme,
                self.rule(Some(ban.scope)),
                message,
            );
        };
        let message = format!(
            "{recipient} deltar i «{}», der «{scheme}» inngår, og {why}. En saksbehandler må avgjøre det.",
            programme.name
        );
        RankedReason::new(
            Rank::CaseOfficer,
            ReasonCode::PeriodOverlaps,
            self.programme.rule(NO_DOUBLE_FUNDING),
            message,
        )
    }

    /// The rule that the scope comes from, in the programme's own words.
    fn rule(&self, scope: Option<Scope>) -> Option<&'a Rule> {
        let own = match scope {
            Some(Scope::TargetGroup) => self.programme.rule("same-target-group"),
            Some(Scope::WholeScheme | Scope::Activity) | None => None,
        };
        own.or_else(|| self.programme.rule(NO_DOUBLE_FUNDING))
    }
}

const NO_DOUBLE_FUNDING: &str = "no-double-funding";

enum ScopeMatch {
    Within,
    Outside,
    Unclear,
}

fn name(reference: &Reference, municipality: MunicipalityId) -> &str {
    reference
        .register
        .get(municipality)
        .map_or("Kommunen", |municipality| municipality.name())
}
