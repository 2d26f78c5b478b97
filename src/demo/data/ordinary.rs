//! Ordinary awards, made up: who gets how much is drawn by rule; how many get something and what it adds up to is about real.

use jiff::civil::{Date, date};
use programgrant_schema::{Determination, GrantScheme, MunicipalityId, Ore, TargetGroup};

use super::accounts::Booked;
use super::bodies::{self, Body};
use super::case::{Case, CaseOutcome};
use super::desk::Desk;
use super::{World, YEARS, drawn, ugly};
use crate::demo::systems;

/// What a scheme does, year by year from 2017.
pub struct AwardPlan {
    pub scheme: &'static str,
    pub recipients: [usize; 7],
    /// The part of what was booked on the post that the awards add up to, in thousandths.
    pub permille: [u64; 7],
    /// The places of the participants that get it in the years in which the programme does not stand against it.
    participants: &'static [usize],
}

/// 846.61 holds a scheme against child poverty too, of which nothing is shown here.
pub const PLANS: &[AwardPlan] = &[
    AwardPlan {
        scheme: "231.63",
        recipients: [139; 7],
        permille: [985; 7],
        participants: &[0, 2, 3, 4, 6, 7, 8, 9, 10, 11],
    },
    AwardPlan {
        scheme: "231.66",
        recipients: [0, 24, 22, 17, 18, 19, 21],
        permille: [980; 7],
        participants: &[3, 4, 11],
    },
    AwardPlan {
        scheme: "621.63",
        recipients: [120; 7],
        permille: [975; 7],
        participants: &[0, 1, 2, 3, 5, 6, 8, 9, 11],
    },
    AwardPlan {
        scheme: "765.60-joint",
        recipients: [150, 152, 148, 0, 0, 0, 0],
        permille: [970; 7],
        participants: &[0, 2, 4, 6, 8, 10],
    },
    AwardPlan {
        scheme: "765.60-children",
        recipients: [0, 0, 0, 98, 100, 103, 105],
        permille: [480; 7],
        participants: &[0, 2, 4, 6, 9, 11],
    },
    AwardPlan {
        scheme: "765.60-adults",
        recipients: [0, 0, 0, 101, 99, 100, 102],
        permille: [490; 7],
        participants: &[],
    },
    AwardPlan {
        scheme: "846-los",
        recipients: [60, 61, 60, 59, 60, 62, 64],
        permille: [700, 700, 700, 700, 700, 250, 250],
        participants: &[0, 2, 3, 4, 7, 9, 11],
    },
    AwardPlan {
        scheme: "846-ferie",
        recipients: [8, 8, 9, 9, 10, 40, 42],
        permille: [80, 80, 80, 80, 80, 200, 200],
        participants: &[2, 7],
    },
    AwardPlan {
        scheme: "846-fritid",
        recipients: [6, 6, 7, 7, 8, 30, 31],
        permille: [60, 60, 60, 60, 60, 180, 180],
        participants: &[0, 11],
    },
    AwardPlan {
        scheme: "846-alternativ-skole",
        recipients: [4, 4, 4, 5, 5, 15, 15],
        permille: [50, 50, 50, 50, 50, 90, 90],
        participants: &[3],
    },
    AwardPlan {
        scheme: "846-inkludering",
        recipients: [7, 7, 8, 8, 9, 45, 47],
        permille: [80, 80, 80, 80, 80, 250, 250],
        participants: &[4, 11],
    },
];

/// Numbers of 2020 and how many times more than others they get.
const LARGE: &[(&str, u64)] = &[
    ("4601", 4),
    ("1103", 3),
    ("4204", 3),
    ("3005", 2),
    ("3004", 2),
    ("3024", 2),
    ("5401", 2),
];

/// Oslo gets nothing here, so that there is somebody to ask for whom nothing stands in the way.
const FREE: &str = "0301";

/// Files the year's awards and applications of every scheme.
pub fn tell(desk: &mut Desk, world: World<'_>, booked: &Booked, year: i16) {
    let everybody = bodies::in_year(world.register, year);
    let reserved = ugly::reserved(world.register);
    let free: Vec<&Body> = everybody
        .iter()
        .filter(|body| !reserved.contains(&body.municipality) && body.number.as_str() != FREE)
        .collect();
    let large: Vec<(MunicipalityId, u64)> = LARGE
        .iter()
        .filter_map(|(number, factor)| Some((bodies::by_number(world.register, number)?, *factor)))
        .collect();
    for plan in PLANS {
        let Some(scheme) = world.scheme(plan.scheme) else {
            continue;
        };
        tell_scheme(
            desk,
            &Draw {
                world,
                plan,
                scheme,
                year,
                large: &large,
            },
            booked,
            &free,
        );
    }
}

/// One scheme's year.
struct Draw<'a> {
    world: World<'a>,
    plan: &'a AwardPlan,
    scheme: &'a GrantScheme,
    year: i16,
    large: &'a [(MunicipalityId, u64)],
}

fn tell_scheme(desk: &mut Desk, draw: &Draw<'_>, booked: &Booked, free: &[&Body]) {
    let index = usize::try_from(draw.year - YEARS.start()).unwrap_or_default();
    let (recipients, permille) = (draw.plan.recipients[index], draw.plan.permille[index]);
    let on_the_post = draw
        .scheme
        .post_in(draw.year)
        .and_then(|post| booked.on(post, draw.year));
    let Some(pool) = on_the_post
        .and_then(|booked| booked.split(&[permille, 1000 - permille]))
        .map(|parts| parts[0])
    else {
        return;
    };
    let ranked = draw.ranked(free);
    let (granted, others) = ranked.split_at(recipients.min(ranked.len()));
    let weights: Vec<u64> = granted.iter().map(|body| draw.weight(body)).collect();
    for (body, amount) in granted.iter().zip(pool.split(&weights).unwrap_or_default()) {
        desk.tell_all(draw.award(body, amount));
    }
    if draw.scheme.determination == Determination::Discretionary {
        let rest: Vec<&&Body> = others
            .iter()
            .filter(|body| draw.world.place(body.municipality).is_none())
            .collect();
        let pending = if draw.year == *YEARS.end() { recipients / 10 } else { 0 };
        for (rank, body) in rest
            .into_iter()
            .take(recipients / 20 + recipients / 50 + pending)
            .enumerate()
        {
            desk.tell_all(draw.application(body, rank, recipients));
        }
    }
}

impl Desk {
    fn tell_all(&mut self, case: Option<Case>) {
        if let Some(case) = case {
            self.tell(&case);
        }
    }
}

impl Draw<'_> {
    /// Those who may get something: participants whose turn it is, then large municipalities, then the others as drawn. About
    /// one in ten of these sits out a year.
    fn ranked<'b>(&self, free: &[&'b Body]) -> Vec<&'b Body> {
        let mut ranked: Vec<(u8, u64, &Body)> = free
            .iter()
            .filter_map(|body| self.rank(body).map(|(class, key)| (class, key, *body)))
            .collect();
        ranked.sort_by_key(|(class, key, body)| (*class, *key, body.number));
        ranked.into_iter().map(|(.., body)| body).collect()
    }

    fn rank(&self, body: &Body) -> Option<(u8, u64)> {
        let key = drawn(&[self.plan.scheme, &body.lot, "rank"]);
        if let Some(place) = self.world.place(body.municipality) {
            return (self.plan.participants.contains(&place) && !self.is_in_the_programme()).then_some((0, key));
        }
        if self.factor(body) > 1 {
            return Some((1, key));
        }
        let sits_out = self.drawn(body, "turn").is_multiple_of(10);
        Some((if sits_out { 3 } else { 2 }, key))
    }

    /// Whether participants are kept out: the programme has the scheme and a vote that year.
    fn is_in_the_programme(&self) -> bool {
        let programme = self
            .world
            .programme()
            .filter(|programme| programme.has_budget_year(self.year));
        programme.is_some_and(|programme| programme.scheme(&self.scheme.id).is_some())
    }

    fn drawn(&self, body: &Body, what: &str) -> u64 {
        drawn(&[self.plan.scheme, &body.lot, &self.year.to_string(), what])
    }

    fn factor(&self, body: &Body) -> u64 {
        let large = self
            .large
            .iter()
            .find(|(municipality, _)| body.bears_the_name && *municipality == body.municipality);
        large.map_or(1, |(_, factor)| *factor)
    }

    fn weight(&self, body: &Body) -> u64 {
        (20 + self.drawn(body, "weight") % 80) * self.factor(body)
    }

    fn award(&self, body: &Body, amount: Ore) -> Option<Case> {
        // Three of four are round; the others come to the øre.
        let is_round = !self.drawn(body, "round").is_multiple_of(4);
        let granted = if is_round { whole_thousands(amount) } else { amount };
        let more = Ore::new(granted.get() / 4).map_or(Ore::ZERO, whole_thousands);
        let is_cut = self.drawn(body, "cut").is_multiple_of(3);
        let applied = if is_cut { granted.checked_add(more)? } else { granted };
        let is_participant = self.world.place(body.municipality).is_some();
        let is_unpaid = !is_participant
            && self.drawn(body, "paid").is_multiple_of(12)
            && self.scheme.determination != Determination::Rule;
        let outcome = if is_unpaid {
            CaseOutcome::Granted { applied, granted }
        } else {
            CaseOutcome::Paid { applied, granted }
        };
        self.case(body, outcome)
    }

    fn application(&self, body: &Body, rank: usize, recipients: usize) -> Option<Case> {
        let kroner = 100_000 + i64::try_from(self.drawn(body, "applied") % 900).ok()? * 1_000;
        let applied = Ore::from_kroner(kroner)?;
        let (refused, withdrawn) = (recipients / 20, recipients / 50);
        let outcome = match rank {
            rank if rank < refused => CaseOutcome::Refused { applied },
            rank if rank < refused + withdrawn => CaseOutcome::Withdrawn { applied },
            _ => CaseOutcome::Applied { applied },
        };
        self.case(body, outcome)
    }

    fn case(&self, body: &Body, outcome: CaseOutcome) -> Option<Case> {
        let case = Case::of(self.scheme, self.year, body.reported(), outcome)?;
        let target_group = match self.drawn(body, "group") % 4 {
            _ if self.world.place(body.municipality).is_some() => Some(TargetGroup::ChildrenAndYoung),
            0 => None,
            1 => Some(TargetGroup::Adults),
            2 => Some(TargetGroup::All),
            _ => Some(TargetGroup::ChildrenAndYoung),
        };
        Some(Case {
            target_group,
            period: self.period(body),
            ..case
        })
    }

    /// Never longer than the grant year, and after the pot has been used up where it was a participant's.
    fn period(&self, body: &Body) -> Option<(Date, Date)> {
        let is_participant = self.world.place(body.municipality).is_some();
        let (from_month, is_stated) = match self.year {
            2023 if is_participant => (8, true),
            _ => (5, !self.drawn(body, "period").is_multiple_of(3)),
        };
        let has_periods = !self.scheme.sources.contains(&systems::UDIR);
        (has_periods && is_stated).then(|| (date(self.year, from_month, 1), date(self.year, 12, 31)))
    }
}

fn whole_thousands(amount: Ore) -> Ore {
    Ore::new(amount.get() - amount.get().rem_euclid(100_000)).unwrap_or(amount)
}
