//! The commands on a claim: which of them are possible as it stands and to whom it is shown, what each says before it is given, and how it
//! is given. Whether it may be given is the interface's to say.

use serde::Deserialize;
use serde_json::{Value, json};

use super::super::super::failure::PageError;
use super::super::super::format;
use super::super::super::forms::{self, NextStep, Objection, PayloadError};
use super::super::super::visit::Visit;
use super::ClaimAnswer;

/// Any of the forms, as it was filled in.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct ClaimForm {
    pub handling: String,
    gjerde: String,
    referanse: String,
    belop: String,
    fra: String,
    til: String,
    begrunnelse: String,
    hjemmel: String,
    avgjorelse: String,
    lest: String,
    pub form_token: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClaimCommand {
    Confirm,
    Release,
    Decide,
    Propose,
    Approve,
}

const ALL: [ClaimCommand; 5] = [
    ClaimCommand::Confirm,
    ClaimCommand::Decide,
    ClaimCommand::Approve,
    ClaimCommand::Propose,
    ClaimCommand::Release,
];

#[derive(Deserialize)]
struct Answer {
    done: Payload,
}

#[derive(Deserialize)]
struct Payload {
    claim: Option<Commanded>,
    errors: Vec<PayloadError>,
}

#[derive(Deserialize)]
struct Commanded {
    receipt: String,
}

impl ClaimCommand {
    pub fn of(key: &str) -> Option<Self> {
        ALL.into_iter().find(|command| command.key() == key)
    }

    /// As it stands in a form and in the texts.
    const fn key(self) -> &'static str {
        match self {
            Self::Confirm => "bekreft",
            Self::Release => "gi-tilbake",
            Self::Decide => "avgjor",
            Self::Propose => "foresla-unntak",
            Self::Approve => "godkjenn-unntak",
        }
    }

    const fn document(self) -> &'static str {
        match self {
            Self::Confirm => {
                "mutation ConfirmFunding($claim: ID!, $fence: Int!, $awardReference: String!, $awarded: Ore!, $useFrom: Date, $useUntil: Date) {
  done: confirmFunding(claim: $claim, fence: $fence, awardReference: $awardReference, awarded: $awarded, useFrom: $useFrom, useUntil: $useUntil) {
    claim { receipt } errors { code message }
  }
}"
            }
            Self::Release => {
                "mutation ReleaseFunding($claim: ID!, $fence: Int!, $reason: String!) {
  done: releaseFunding(claim: $claim, fence: $fence, reason: $reason) { claim { receipt } errors { code message } }
}"
            }
            Self::Decide => {
                "mutation DecideFunding($claim: ID!, $fence: Int!, $decision: Decision!, $reason: String!) {
  done: decideFunding(claim: $claim, fence: $fence, decision: $decision, reason: $reason) { claim { receipt } errors { code message } }
}"
            }
            Self::Propose => {
                "mutation ProposeOverride($claim: ID!, $fence: Int!, $reason: String!, $legalBasis: String!) {
  done: proposeOverride(claim: $claim, fence: $fence, reason: $reason, legalBasis: $legalBasis) { claim { receipt } errors { code message } }
}"
            }
            Self::Approve => {
                "mutation ApproveOverride($claim: ID!, $fence: Int!, $reason: String!) {
  done: approveOverride(claim: $claim, fence: $fence, reason: $reason) { claim { receipt } errors { code message } }
}"
            }
        }
    }

    /// The interface's arguments; or the text that says what cannot be read.
    fn variables(self, id: &str, form: &ClaimForm) -> Result<Value, &'static str> {
        let fence: i32 = form.gjerde.parse().map_err(|_| "bad-address")?;
        let mut variables = json!({ "claim": id, "fence": fence });
        if self == Self::Confirm {
            variables["awardReference"] = json!(form.referanse.trim());
            variables["awarded"] = json!(forms::ore(&form.belop).ok_or("form-bad-amount")?);
            for (name, day) in [("useFrom", &form.fra), ("useUntil", &form.til)] {
                if !day.is_empty() {
                    variables[name] = json!(day);
                }
            }
            return Ok(variables);
        }
        variables["reason"] = json!(form.begrunnelse.trim());
        if self == Self::Decide {
            variables["decision"] = match form.avgjorelse.as_str() {
                decision @ ("ALLOW" | "REFUSE") => json!(decision),
                _ => return Err("form-no-decision"),
            };
        }
        if self == Self::Propose {
            variables["legalBasis"] = json!(form.hjemmel.trim());
        }
        Ok(variables)
    }

    /// Gives the command; the receipt, or why it was not carried out.
    pub async fn give(self, visit: &Visit, id: &str, form: &ClaimForm) -> Result<Result<String, Objection>, PageError> {
        let texts = visit.texts;
        let variables = match self.variables(id, form) {
            Ok(variables) if forms::was_read(&form.lest) => variables,
            Ok(_) => return Ok(Err(Objection::own(texts, "form-not-read"))),
            Err(key) => return Ok(Err(Objection::own(texts, key))),
        };
        let answer = visit.client.command::<Answer>(self.document(), &variables).await;
        let Payload { claim, errors } = match answer.map_err(PageError::from) {
            Ok(answer) => answer.done,
            Err(PageError::BadInput(text)) => return Ok(Err(Objection { text, said: None })),
            Err(error) => return Err(error),
        };
        Ok(match claim {
            Some(claim) => Ok(claim.receipt),
            None => Err(Objection::of(texts, errors).unwrap_or_else(|| Objection::own(texts, "refused-other"))),
        })
    }

    /// Whether it is possible as the claim stands, and to whom it is shown. One body's people are not told apart here: who asked and would
    /// decide is told by the interface.
    fn is_possible(self, visit: &Visit, claim: &ClaimAnswer) -> bool {
        let is_office = visit.role() == "PROGRAMME_OFFICE";
        let is_askers = visit.is_body(&claim.requested_by.organisation_number);
        let owns = claim
            .scheme
            .as_ref()
            .is_some_and(|scheme| visit.is_body(&scheme.directorate.organisation_number));
        let takes_part = visit.commands() || visit.role() == "COUNTY_GOVERNOR";
        let is_blocked = claim.state == "DENIED" && claim.verdict.outcome == "BLOCKED";
        match (self, claim.state.as_str()) {
            (Self::Confirm, "CLEARED" | "QUARANTINED")
            | (Self::Release, "REQUESTED" | "HELD" | "CLEARED" | "CONFIRMED" | "PAID") => {
                visit.commands() && (is_askers || is_office)
            }
            (Self::Decide, "HELD") => visit.commands() && (owns || is_office) && !(visit.is_open && is_askers),
            (Self::Propose, "DENIED" | "QUARANTINED") => {
                takes_part
                    && !is_askers
                    && claim.proposal(visit.now).is_none()
                    && (is_blocked || claim.state == "QUARANTINED")
            }
            (Self::Approve, "DENIED" | "QUARANTINED") => claim.proposal(visit.now).is_some_and(|proposal| {
                takes_part && !is_askers && !visit.is_body(&proposal.proposed_by.organisation_number)
            }),
            _ => false,
        }
    }
}

/// One form: what it will do, and what was typed where it was sent and not carried out.
pub struct CommandSection {
    pub key: &'static str,
    pub title: String,
    pub button: String,
    pub fence: i32,
    pub steps: Vec<NextStep>,
    pub objection: Option<Objection>,
    pub award: Option<AwardFields>,
    pub choices: Vec<DecisionChoice>,
    /// Nothing where none is asked for.
    pub reason: Option<String>,
    pub basis: Option<String>,
}

/// What a confirmation states of the award.
pub struct AwardFields {
    pub reference: String,
    pub amount: String,
    pub from: String,
    pub until: String,
}

/// One of several decisions.
pub struct DecisionChoice {
    pub code: &'static str,
    pub name: String,
    pub does: String,
    pub is_chosen: bool,
}

impl CommandSection {
    fn of(command: ClaimCommand, visit: &Visit, claim: &ClaimAnswer, fence: i32, form: &ClaimForm) -> Self {
        let texts = visit.texts;
        let key = command.key();
        // What a body of that name and amount reads is the same as before it was sent.
        let values = [
            ("amount", format::kroner(claim.amount)),
            ("year", claim.year.to_string()),
            ("body", claim.requested_by.name.clone()),
        ];
        // An award that was made is taken back otherwise than a question is.
        let kind = match (command, claim.state.as_str()) {
            (ClaimCommand::Release, "CONFIRMED" | "PAID") => "-made",
            (ClaimCommand::Confirm | ClaimCommand::Propose | ClaimCommand::Approve, "QUARANTINED") => "-quarantined",
            _ => "",
        };
        let step =
            |label: &str, part: &str| NextStep::new(texts, label, texts.fill(&format!("{key}-{part}{kind}"), &values));
        Self {
            key,
            title: texts.say(&format!("{key}-title")),
            button: texts.say(&format!("{key}-button")),
            fence,
            steps: vec![
                step("step-does", "does"),
                step("step-next", "next"),
                step("step-meanwhile", "meanwhile"),
            ],
            objection: None,
            award: (command == ClaimCommand::Confirm).then(|| AwardFields {
                reference: form.referanse.clone(),
                amount: if form.belop.is_empty() {
                    format::kroner(claim.amount)
                } else {
                    form.belop.clone()
                },
                from: form.fra.clone(),
                until: form.til.clone(),
            }),
            choices: if command == ClaimCommand::Decide {
                ["ALLOW", "REFUSE"]
                    .map(|code| DecisionChoice::of(visit, "decide", code, &form.avgjorelse))
                    .into()
            } else {
                Vec::new()
            },
            reason: (command != ClaimCommand::Confirm).then(|| form.begrunnelse.clone()),
            basis: (command == ClaimCommand::Propose).then(|| form.hjemmel.clone()),
        }
    }
}

impl DecisionChoice {
    /// A decision of a family of texts.
    pub fn of(visit: &Visit, family: &str, code: &'static str, chosen: &str) -> Self {
        Self {
            code,
            name: visit.texts.code(family, code),
            does: visit.texts.code(&format!("{family}-does"), code),
            is_chosen: code == chosen,
        }
    }
}

/// The forms of the page; and what was objected to one that is possible no more.
pub fn sections(
    visit: &Visit,
    claim: &ClaimAnswer,
    form: &ClaimForm,
    objection: Option<Objection>,
) -> (Vec<CommandSection>, Option<Objection>) {
    let Some(fence) = claim.fence else {
        return (Vec::new(), objection);
    };
    let possible = ALL.into_iter().filter(|command| command.is_possible(visit, claim));
    let untouched = ClaimForm::default();
    let mut sections: Vec<CommandSection> = possible
        .map(|command| {
            let is_sent = command.key() == form.handling;
            CommandSection::of(command, visit, claim, fence, if is_sent { form } else { &untouched })
        })
        .collect();
    match sections.iter_mut().find(|section| section.key == form.handling) {
        Some(section) => {
            section.objection = objection;
            (sections, None)
        }
        None => (sections, objection),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::super::text::{Language, Texts};
    use super::*;

    /// Where a text has its claim's amount, year and body put in, or none of them.
    fn is_there(key: &str) -> bool {
        Texts(Language::Bokmaal).say(key) != key
    }

    #[test]
    fn every_form_says_what_it_does_what_happens_next_and_what_to_do_meanwhile() {
        for command in ALL {
            let key = command.key();
            let mut kinds = vec![""];
            match command {
                ClaimCommand::Release => kinds.push("-made"),
                ClaimCommand::Decide => {}
                _ => kinds.push("-quarantined"),
            }
            assert!(
                is_there(&format!("{key}-title")) && is_there(&format!("{key}-button")),
                "{key}"
            );
            for kind in kinds {
                for part in ["does", "next", "meanwhile"] {
                    assert!(is_there(&format!("{key}-{part}{kind}")), "{key}-{part}{kind}");
                }
            }
        }
    }

    #[test]
    fn a_form_is_the_interfaces_arguments_or_says_what_cannot_be_read() {
        let form = ClaimForm {
            gjerde: "3".into(),
            referanse: " T-1 ".into(),
            belop: "100 000 kr".into(),
            begrunnelse: " fordi ".into(),
            ..ClaimForm::default()
        };
        let confirmed = ClaimCommand::Confirm.variables("krav-1", &form);
        let expected = json!({ "claim": "krav-1", "fence": 3, "awardReference": "T-1", "awarded": 10_000_000 });
        assert_eq!(confirmed, Ok(expected));
        let released = ClaimCommand::Release.variables("krav-1", &form);
        assert_eq!(
            released,
            Ok(json!({ "claim": "krav-1", "fence": 3, "reason": "fordi" }))
        );
        assert_eq!(ClaimCommand::Decide.variables("krav-1", &form), Err("form-no-decision"));
        assert_eq!(
            ClaimCommand::Release.variables("krav-1", &ClaimForm::default()),
            Err("bad-address")
        );
    }
}
