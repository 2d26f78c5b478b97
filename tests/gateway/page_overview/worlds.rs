//! Worlds in which no two kinds of figures are equal, so that no one can stand in the place of another and not be seen.

use programgrant::demo::systems;
use programgrant_schema::{
    Accounts, AccountsLine, AwardStatement, BudgetPost, Content, Figure, MunicipalGrants, Record, RecordId, SourceId,
};

use crate::records::{self, kroner};
use crate::world::World;

const POT: BudgetPost = BudgetPost::new(226, 64);

/// 2021: what was voted, shared out, awarded, paid and booked are five amounts, and the twelve are paid different parts.
pub async fn apart() -> World {
    let mut all = records::programme_2021();
    for (place, award) in pots(&mut all).into_iter().enumerate() {
        let place = i64::try_from(place).expect("small");
        let shared = award.granted.stated().expect("stated").get() / 100;
        award.granted = Figure::Stated(kroner(shared - 1_000));
        let paid = kroner((shared - 1_000) * (place * 5 % 12 + 1) / 14);
        award.paid = Figure::Stated(paid);
        award.disbursements[0].amount = paid;
    }
    all.push((systems::STATE_ACCOUNTS, vec![accounts()]));
    World::heard(&all).await
}

fn pots(all: &mut [(SourceId, Vec<Record>)]) -> Vec<&mut AwardStatement> {
    awards(all).filter(|award| award.post == POT).collect()
}

fn awards(all: &mut [(SourceId, Vec<Record>)]) -> impl Iterator<Item = &mut AwardStatement> {
    let records = all.iter_mut().flat_map(|(_, records)| records);
    records.filter_map(|record| match &mut record.content {
        Content::Award(award) => Some(award),
        _ => None,
    })
}

fn accounts() -> Record {
    let id = RecordId::new("statsregnskapet_aar_2021");
    let amount = kroner(7_654_321);
    Record {
        reference: format!("{id}.csv"),
        id,
        revision: None,
        changed_at: None,
        item: None,
        content: Content::Accounts(Accounts::Year {
            year: 2021,
            lines: vec![AccountsLine {
                post: POT,
                body: "970018131".to_owned(),
                amount,
            }],
            municipal: Some(vec![MunicipalGrants {
                post: POT,
                amount: Figure::Stated(amount),
                name: None,
                ministry: None,
            }]),
        }),
    }
}

/// 2021, of which some municipalities' shares are told without an amount: the later they stand among the twelve, the more of them.
pub async fn with_gaps() -> World {
    let mut all = records::programme_2021();
    for award in awards(&mut all) {
        let number = award.recipient.number.as_deref();
        let place = records::TWELVE.iter().position(|(twelve, _)| Some(*twelve) == number);
        let lacks = |source: SourceId, from: usize| {
            let of_source = records::SCHEMES
                .iter()
                .any(|(_, of, post, _)| *of == source && *post == award.post);
            of_source && place.is_some_and(|place| place >= from)
        };
        if lacks(systems::HELSEDIR, 3) || lacks(systems::BUFDIR, 8) {
            award.granted = Figure::NotDelivered;
        }
    }
    World::heard(&all).await
}
