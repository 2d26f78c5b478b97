//! The shares of each participant's pot, and the pot itself. Made up; what they add up to is real.

use programgrant_schema::{BudgetPost, Ore, Programme, ReportedRecipient, TargetGroup};

use super::case::{Case, CaseOutcome};
use super::desk::Desk;
use super::{World, bodies, planted, ugly};
use crate::demo::systems;

/// What a scheme weighs in the pot, and the places of the participants to which it does not apply.
const SCHEMES: &[(&str, u64, &[usize])] = &[
    ("231.63", 30, &[1, 5]),
    ("231.66", 20, &[0, 1, 2, 5, 6, 7, 8, 9, 10]),
    ("621.63", 25, &[]),
    ("765.60-children", 35, &[8]),
    ("846-los", 15, &[1, 10]),
];
/// Place, scheme and year of the share that is 0 by decision.
const ZERO: (usize, &str, i16) = (5, "846-los", 2021);

/// Files all shares of the year and the pots that Udir paid.
pub fn tell(desk: &mut Desk, world: World<'_>, year: i16) {
    let Some(programme) = world.programme() else { return };
    for (place, shares) in amounts(programme, year).into_iter().enumerate() {
        let Some(body) = bodies::of(world.register, programme.participations[place].municipality, year) else {
            continue;
        };
        for (part, share) in programme.schemes.iter().zip(&shares) {
            let (Some(scheme), Some(share)) = (world.programmes.scheme(&part.scheme), *share) else {
                continue;
            };
            let recipient = ugly::disguised(body.reported(), part.scheme.as_str(), year);
            if let Some(mut case) = Case::of(scheme, year, recipient, CaseOutcome::Share(share)) {
                case.target_group = Some(TargetGroup::ChildrenAndYoung);
                desk.tell(&case);
            }
        }
        let total = Ore::checked_sum(shares.into_iter().flatten());
        if let Some((post, total)) = programme.pot.zip(total) {
            let recipient = body.reported();
            let booked = planted::as_booked(total, recipient.number.as_deref(), year);
            desk.tell(&paid_by_udir(post, year, recipient, booked));
        }
    }
}

/// By participant and by scheme, in the programme's order; `None` where a scheme does not apply. Nothing for a year without a
/// pot.
pub fn amounts(programme: &Programme, year: i16) -> Vec<Vec<Option<Ore>>> {
    let Some(total) = programme.pot_totals.get(&year) else {
        return Vec::new();
    };
    let weights: Vec<Vec<Option<u64>>> = (0..programme.participations.len())
        .map(|place| {
            programme
                .schemes
                .iter()
                .map(|part| weight(place, part.scheme.as_str(), year))
                .collect()
        })
        .collect();
    let flat: Vec<u64> = weights.iter().flatten().map(|weight| weight.unwrap_or(0)).collect();
    let mut parts = total.split(&flat).unwrap_or_default().into_iter();
    let mut share = |weight: Option<u64>| parts.next().filter(|_| weight.is_some());
    weights
        .into_iter()
        .map(|row| row.into_iter().map(&mut share).collect())
        .collect()
}

fn weight(place: usize, scheme: &str, year: i16) -> Option<u64> {
    let (_, weight, absent) = SCHEMES.iter().find(|(id, ..)| *id == scheme)?;
    if absent.contains(&place) {
        return None;
    }
    let of_municipality = 40 + 5 * u64::try_from(place).ok()?;
    Some(if (place, scheme, year) == ZERO {
        0
    } else {
        of_municipality * weight
    })
}

/// The pot, decided in January and paid in two instalments.
fn paid_by_udir(post: BudgetPost, year: i16, recipient: ReportedRecipient, amount: Ore) -> Case {
    Case {
        source: systems::UDIR,
        post,
        activity: None,
        year,
        recipient,
        outcome: CaseOutcome::Paid {
            applied: amount,
            granted: amount,
        },
        period: None,
        target_group: None,
        months: (1, &[2, 9]),
    }
}
