//! What goes wrong in real data, planted once or twice each: the list stands in this folder's `mod.rs`.

use jiff::civil::date;
use programgrant_schema::{
    AwardStatus, BudgetPost, Disbursement, Figure, MunicipalityId, MunicipalityRegister, Ore, ReportedRecipient,
    TargetGroup,
};

use super::case::{Case, CaseOutcome};
use super::desk::Desk;
use super::{World, bodies};

/// NAV offices, which are sub-units, and the municipality that each belongs to. The 3xx series is never given to real bodies.
pub const SUB_UNITS: &[(&str, &str)] = &[(NAV_TYNSET, "940837685"), (NAV_LILLESTROM, "820710592")];

const NAV_TYNSET: &str = "310000027";
const NAV_LILLESTROM: &str = "310000035";
/// An organisation number that passes its check and that no register knows.
const UNKNOWN: &str = "310000043";

const SANDNES: &str = "1108";
const HAUGESUND: &str = "1106";
const ALTA: &str = "5403";
const LILLESTROM: &str = "3030";

/// Municipalities that get nothing but what is planted here, so that what is planted is what is seen.
pub fn reserved(register: &MunicipalityRegister) -> Vec<MunicipalityId> {
    [SANDNES, HAUGESUND, ALTA, LILLESTROM]
        .into_iter()
        .filter_map(|number| bodies::by_number(register, number))
        .collect()
}

/// How a share's recipient is told where its system has not kept up.
pub fn disguised(plain: ReportedRecipient, scheme: &str, year: i16) -> ReportedRecipient {
    let former = |number: &str| Some(number.to_owned());
    match (plain.number.as_deref(), scheme, year) {
        // Bamble, under its number of before 2020.
        (Some("3813"), "621.63", 2021) => ReportedRecipient {
            number: former("0814"),
            ..plain
        },
        // Siljan, under its number of before 2020 and nothing else.
        (Some("3812"), "765.60-children", 2021) => ReportedRecipient {
            number: former("0811"),
            organisation_number: None,
            ..plain
        },
        (Some("3427"), "621.63", 2022) => ReportedRecipient {
            organisation_number: Some(NAV_TYNSET.to_owned()),
            ..plain
        },
        _ => plain,
    }
}

/// Files what is planted in that year.
pub fn tell(desk: &mut Desk, world: World<'_>, year: i16) {
    let mut plant = Plant { desk, world, year };
    match year {
        2018 => plant.repayment(),
        2019 => {
            plant.grant_that_reaches_into_the_programme();
            plant.correction_down();
        }
        2020 => {
            plant.plain(
                "846-los",
                HAUGESUND,
                CaseOutcome::Refused {
                    applied: kroner(640_000),
                },
            );
            plant.nobody_known();
            plant.correction_up();
        }
        2021 => {
            // Adults are no part of the programme: Horten may have this.
            plant.plain(
                "765.60-adults",
                "3801",
                CaseOutcome::Paid {
                    applied: kroner(1_500_000),
                    granted: kroner(900_000),
                },
            );
            plant.plain(
                "765.60-children",
                HAUGESUND,
                CaseOutcome::Dismissed {
                    applied: kroner(410_000),
                },
            );
            plant.plain(
                "621.63",
                SANDNES,
                CaseOutcome::Withdrawn {
                    applied: kroner(350_000),
                },
            );
            plant.plain(
                "231.66",
                ALTA,
                CaseOutcome::Withdrawn {
                    applied: kroner(600_000),
                },
            );
            plant.nav_office();
        }
        2022 => {
            plant.plain(
                "231.66",
                LILLESTROM,
                CaseOutcome::Refused {
                    applied: kroner(500_000),
                },
            );
            plant.two_at_once();
        }
        _ => {}
    }
}

/// Plants one year's cases.
struct Plant<'a, 'w> {
    desk: &'a mut Desk,
    world: World<'w>,
    year: i16,
}

impl Plant<'_, '_> {
    /// The municipality, by a number of its own, as it was this year.
    fn recipient(&self, number: &str) -> ReportedRecipient {
        let body = bodies::by_number(self.world.register, number)
            .and_then(|id| bodies::of(self.world.register, id, self.year));
        body.map(|body| body.reported()).unwrap_or_default()
    }

    fn case(&self, scheme: &str, recipient: ReportedRecipient, outcome: CaseOutcome) -> Option<Case> {
        Case::of(self.world.scheme(scheme)?, self.year, recipient, outcome)
    }

    fn plain(&mut self, scheme: &str, number: &str, outcome: CaseOutcome) {
        if let Some(case) = self.case(scheme, self.recipient(number), outcome) {
            self.desk.tell(&case);
        }
    }

    /// Paid in two instalments, of which a part went back a year later.
    fn repayment(&mut self) {
        let outcome = CaseOutcome::Paid {
            applied: kroner(600_000),
            granted: kroner(600_000),
        };
        let Some(case) = self.case("765.60-joint", self.recipient(ALTA), outcome) else {
            return;
        };
        self.desk.tell_amended(&case, |award| {
            award.status = AwardStatus::Repaid;
            let back = Disbursement {
                on: date(2019, 3, 1),
                amount: kroner(-150_000),
                reference: Some(format!("{}-3", award.award)),
            };
            award.disbursements.push(back);
            award.paid = Figure::Stated(kroner(450_000));
        });
    }

    fn grant_that_reaches_into_the_programme(&mut self) {
        let outcome = CaseOutcome::Paid {
            applied: kroner(1_400_000),
            granted: kroner(1_200_000),
        };
        if let Some(case) = self.case("765.60-joint", self.recipient("3443"), outcome) {
            self.desk.tell(&Case {
                period: Some((date(2019, 8, 1), date(2021, 7, 31))),
                ..case
            });
        }
    }

    /// Nordre Land gives back in 2020 what it did not use in 2019.
    fn correction_down(&mut self) {
        let (recipient, group) = (self.recipient("3448"), TargetGroup::ChildrenAndYoung);
        self.desk.correct(
            self.year,
            BudgetPost::new(621, 63),
            recipient,
            group,
            (date(2020, 3, 31), kroner(-85_000)),
        );
    }

    /// Sandnes was paid too little.
    fn correction_up(&mut self) {
        let (recipient, group) = (self.recipient(SANDNES), TargetGroup::Adults);
        let outcome = CaseOutcome::Paid {
            applied: kroner(500_000),
            granted: kroner(500_000),
        };
        if let Some(case) = self.case("621.63", recipient.clone(), outcome) {
            self.desk.tell(&Case {
                target_group: Some(group),
                ..case
            });
        }
        let amount = Ore::new(1_250_050).unwrap_or(Ore::ZERO);
        self.desk.correct(
            self.year,
            BudgetPost::new(621, 63),
            recipient,
            group,
            (date(2020, 11, 30), amount),
        );
    }

    fn nav_office(&mut self) {
        let recipient = ReportedRecipient {
            organisation_number: Some(NAV_LILLESTROM.to_owned()),
            ..self.recipient(LILLESTROM)
        };
        let outcome = CaseOutcome::Paid {
            applied: kroner(800_000),
            granted: kroner(750_000),
        };
        if let Some(case) = self.case("621.63", recipient, outcome) {
            self.desk.tell(&Case {
                target_group: Some(TargetGroup::All),
                ..case
            });
        }
    }

    /// Neither number means anything to anybody.
    fn nobody_known(&mut self) {
        let recipient = ReportedRecipient {
            organisation_number: Some(UNKNOWN.to_owned()),
            number: Some("9999".to_owned()),
            name: Some("Ukjent mottaker".to_owned()),
        };
        let outcome = CaseOutcome::Paid {
            applied: kroner(220_000),
            granted: kroner(200_000),
        };
        if let Some(case) = self.case("765.60-adults", recipient, outcome) {
            self.desk.tell(&case);
        }
    }

    /// One number means Sandnes, the other Haugesund.
    fn two_at_once(&mut self) {
        let recipient = ReportedRecipient {
            number: self.recipient(HAUGESUND).number,
            ..self.recipient(SANDNES)
        };
        let outcome = CaseOutcome::Granted {
            applied: kroner(300_000),
            granted: kroner(300_000),
        };
        if let Some(case) = self.case("846-inkludering", recipient, outcome) {
            self.desk.tell(&case);
        }
    }
}

fn kroner(amount: i64) -> Ore {
    Ore::from_kroner(amount).unwrap_or(Ore::ZERO)
}
