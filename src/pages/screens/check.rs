//! *Før vedtak*: a case officer asks what the guard would answer, for one applicant. Nothing is written: the form is a question.

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::failure::PageError;
use super::super::text::Texts;
use super::super::visit::{PageFrame, Visit, rendered};
use super::eligibility::Reason;
use super::{Origin, SchemeName};

const DOCUMENT: &str = "query BeforeAward($input: FundingInput!) {
  fundingCheck(input: $input) {
    outcome
    reasons { code message rule { text source } }
    evidence { source { name lastHeardAt } recordId }
  }
}";

const SCHEMES: &str = "query Schemes { schemes { id name } }";

#[derive(Deserialize)]
struct Schemes {
    schemes: Vec<SchemeName>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    funding_check: Verdict,
}

#[derive(Deserialize)]
struct Verdict {
    outcome: String,
    reasons: Vec<Reason>,
    evidence: Vec<Origin>,
}

/// The form as it was filled in.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Form {
    mottaker: String,
    ordning: String,
    aar: String,
    belop: String,
    malgruppe: String,
    fra: String,
    til: String,
    sak: String,
}

impl Form {
    fn is_empty(&self) -> bool {
        self.mottaker.is_empty() && self.ordning.is_empty() && self.sak.is_empty()
    }

    /// The input of the interface; what is left out is left out there, too. What cannot be read names its field.
    fn input(&self) -> Result<Value, &'static str> {
        let digits: String = self.mottaker.chars().filter(|sign| !sign.is_whitespace()).collect();
        let recipient = match digits.len() {
            4 => json!({ "municipalityNumber": digits }),
            _ => json!({ "organisationNumber": digits }),
        };
        let year: i32 = self.aar.trim().parse().map_err(|_| "form-bad-year")?;
        let amount = ore(&self.belop).ok_or("form-bad-amount")?;
        let mut input = json!({
            "scheme": self.ordning, "recipient": recipient, "year": year, "amount": amount, "caseReference": self.sak.trim(),
        });
        for (name, value) in [
            ("targetGroup", &self.malgruppe),
            ("useFrom", &self.fra),
            ("useUntil", &self.til),
        ] {
            if !value.is_empty() {
                input[name] = json!(value);
            }
        }
        Ok(input)
    }
}

/// Kroner as a person types them, in øre: `1 250 000`, `1250000,50`. Nothing where it is no amount, or has parts of an øre.
fn ore(text: &str) -> Option<i64> {
    let text: String = text.chars().filter(|sign| !sign.is_whitespace()).collect();
    let text = text.strip_suffix("kr").unwrap_or(&text);
    let (whole, part) = text.split_once(',').unwrap_or((text, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || part.len() > 2 || !is_digits(whole) || !is_digits(part) {
        return None;
    }
    format!("{whole}{part:0<2}").parse().ok()
}

pub async fn show(visit: Visit, Query(form): Query<Form>) -> Result<Response, PageError> {
    let texts = visit.texts;
    let schemes: Schemes = visit.client.query(SCHEMES, &json!({})).await?;
    let page = visit.page(texts.say("check-title"));
    let (page, answer, flaw) = if form.is_empty() {
        (page, None, None)
    } else {
        answer(&visit, page, &form).await?
    };
    let screen = Screen {
        page,
        schemes: schemes.schemes,
        groups: ["CHILDREN_AND_YOUNG", "ADULTS", "ALL", "OTHER"]
            .map(|group| (group.to_owned(), texts.code("target", group)))
            .into(),
        year: visit.today.year().to_string(),
        answer,
        flaw,
        form,
    };
    Ok(rendered(&screen))
}

/// The page with what was asked; and the answer, or what is wrong with the question.
async fn answer(
    visit: &Visit,
    page: PageFrame,
    form: &Form,
) -> Result<(PageFrame, Option<Shown>, Option<String>), PageError> {
    let texts = visit.texts;
    let input = match form.input() {
        Ok(input) => input,
        Err(key) => return Ok((page, None, Some(texts.say(key)))),
    };
    let variables = json!({ "input": input });
    let page = page.asking(DOCUMENT, &variables);
    match visit.client.query::<Answer>(DOCUMENT, &variables).await {
        Ok(answer) => Ok((page, Some(Shown::of(answer.funding_check, texts)), None)),
        // The question is wrong: the reader can mend it, and what was typed stays.
        Err(error) => match PageError::from(error) {
            PageError::BadInput(flaw) => Ok((page, None, Some(flaw))),
            error => Err(error),
        },
    }
}

#[derive(Template)]
#[template(path = "check.html")]
struct Screen {
    page: PageFrame,
    schemes: Vec<SchemeName>,
    groups: Vec<(String, String)>,
    year: String,
    form: Form,
    answer: Option<Shown>,
    flaw: Option<String>,
}

struct Shown {
    outcome: String,
    class: String,
    next: String,
    reasons: Vec<Reason>,
    evidence: Vec<String>,
}

impl Shown {
    fn of(verdict: Verdict, texts: Texts) -> Self {
        Self {
            outcome: texts.code("outcome", &verdict.outcome),
            next: texts.code("outcome-next", &verdict.outcome),
            class: verdict.outcome.to_lowercase(),
            reasons: verdict.reasons,
            evidence: verdict.evidence.iter().map(|origin| origin.text(texts)).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_read_to_the_ore_or_not_at_all() {
        for (text, amount) in [
            ("1 250 000", Some(125_000_000)),
            ("1\u{a0}250\u{a0}000 kr", Some(125_000_000)),
            ("0,5", Some(50)),
            ("12,34", Some(1_234)),
            ("12,345", None),
            ("12.5", None),
            ("-5", None),
            ("", None),
            (",5", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(ore(text), amount, "{text}");
        }
    }

    #[test]
    fn a_form_is_the_interfaces_input_and_leaves_out_what_it_leaves_out() {
        let form = Form {
            mottaker: "940 244 145".into(),
            ordning: "621.63".into(),
            aar: "2022".into(),
            belop: "10".into(),
            sak: "22/1".into(),
            ..Form::default()
        };
        let expected = json!({ "scheme": "621.63", "recipient": { "organisationNumber": "940244145" }, "year": 2022,
            "amount": 1000, "caseReference": "22/1" });
        assert_eq!(form.input(), Ok(expected));
        assert_eq!(
            Form {
                aar: "i fjor".into(),
                belop: "10".into(),
                ..Form::default()
            }
            .input(),
            Err("form-bad-year")
        );
    }
}
