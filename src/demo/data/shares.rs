//! The shares of each participant's pot as the programme's allocations have them, and the pot itself. What they add up to is real.

use programgrant_schema::{BudgetPost, Ore, OrganisationNumber, ReportedRecipient, SchemeId, TargetGroup};

use super::bodies::Body;
use super::case::{Case, CaseOutcome};
use super::desk::Desk;
use super::{World, bodies, planted, ugly};
use crate::demo::systems;

/// Number, scheme and year of the share of nothing that its system states all the same: a zero that is a decision. Others are left out.
const ZERO: (&str, &str, i16) = ("3427", "231.63", 2021);

/// Files all shares of the year and the pots that Udir paid.
pub fn tell(desk: &mut Desk, world: World<'_>, year: i16) {
    let Some(programme) = world
        .programme()
        .filter(|programme| programme.pot_totals.contains_key(&year))
    else {
        return;
    };
    for participation in &programme.participations {
        let Some(body) = bodies::of(world.register, participation.municipality, year) else {
            continue;
        };
        let mut pot = Vec::new();
        for part in &programme.schemes {
            let (Some(scheme), Some(share)) = (
                world.programmes.scheme(&part.scheme),
                share(world, &body, &part.scheme, year),
            ) else {
                continue;
            };
            pot.push(share);
            let recipient = ugly::disguised(body.reported(), part.scheme.as_str(), year);
            if let Some(mut case) = Case::of(scheme, year, recipient, CaseOutcome::Share(share)) {
                case.target_group = Some(TargetGroup::ChildrenAndYoung);
                desk.tell(&case);
            }
        }
        let total = Ore::checked_sum(pot);
        if let Some((post, total)) = programme.pot.zip(total) {
            let recipient = body.reported();
            let booked = planted::as_booked(total, recipient.number.as_deref(), year);
            desk.tell(&paid_by_udir(post, year, recipient, booked));
        }
    }
}

/// What the scheme's system reports; `None` where it says nothing.
fn share(world: World<'_>, body: &Body, scheme: &SchemeId, year: i16) -> Option<Ore> {
    let organisation: OrganisationNumber = body.organisation_number?;
    let number = body.number.to_string();
    let decided = world.allocations.share(year, scheme, organisation)?;
    let is_stated = decided != Ore::ZERO || (number.as_str(), scheme.as_str(), year) == ZERO;
    is_stated.then(|| planted::as_reported(decided, &number, scheme.as_str(), year))
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
