//! The form that asks for leave to award: what it will do, and what it has done. The key in it was made with it, so that whoever sends it
//! twice has asked once; where the guard cannot answer now, the same form asks again.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::super::failure::PageError;
use super::super::super::format;
use super::super::super::forms::{self, NextStep, Objection, PayloadError};
use super::super::super::visit::Visit;
use super::{CheckForm, OwnedScheme, Verdict, screen};
use crate::http::AppState;

const DOCUMENT: &str = "mutation RequestFunding($input: FundingInput!, $idempotencyKey: ID!, $lastReceipt: String) {
  done: requestFunding(input: $input, idempotencyKey: $idempotencyKey, lastReceipt: $lastReceipt) {
    claim {
      id state receipt expiresAt
      verdict { outcome reasons { code message rule { text source } } evidence { source { name lastHeardAt } recordId } }
    }
    errors { code message }
  }
}";

#[derive(Deserialize)]
struct Answer {
    done: Payload,
}

#[derive(Deserialize)]
struct Payload {
    claim: Option<Requested>,
    errors: Vec<PayloadError>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Requested {
    id: String,
    state: String,
    receipt: String,
    expires_at: Option<Timestamp>,
    verdict: Verdict,
}

/// The question again, and what the second form adds to it.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct RequestForm {
    #[serde(flatten)]
    question: CheckForm,
    nokkel: String,
    kvittering: String,
    lest: String,
    form_token: String,
}

/// What of the second form is there before it is shown: its key, and what came of it so far.
#[derive(Default)]
pub struct Offered {
    key: String,
    receipt: String,
    objection: Option<Objection>,
    pending: Option<PendingClaim>,
}

/// A claim that the guard could not decide yet.
pub struct PendingClaim {
    pub id: String,
    pub text: String,
}

impl Offered {
    pub fn fresh(headers: &HeaderMap) -> Result<Self, PageError> {
        Ok(Self {
            key: forms::fresh_key()?,
            receipt: forms::last_receipt(headers).unwrap_or_default(),
            ..Self::default()
        })
    }
}

/// The second form as it is shown; or whose it would be.
pub enum RequestOffer {
    Form(Box<OfferedForm>),
    NotYours(String),
}

pub struct OfferedForm {
    pub fields: Vec<(&'static str, String)>,
    pub key: String,
    pub receipt: String,
    pub steps: Vec<NextStep>,
    pub objection: Option<Objection>,
    pub pending: Option<PendingClaim>,
}

impl RequestOffer {
    /// Nothing for those who give no commands.
    pub(super) fn of(
        visit: &Visit,
        form: &CheckForm,
        scheme: Option<&OwnedScheme>,
        outcome: &str,
        offered: Offered,
    ) -> Option<Self> {
        let texts = visit.texts;
        if !visit.commands() {
            return None;
        }
        let other = scheme
            .filter(|scheme| visit.role() == "DIRECTORATE" && !visit.is_body(&scheme.directorate.organisation_number));
        if let Some(other) = other {
            return Some(Self::NotYours(texts.with(
                "request-not-yours",
                "body",
                &other.directorate.name,
            )));
        }
        let reserved = [
            (
                "amount",
                forms::ore(&form.belop).map_or_else(String::new, format::kroner),
            ),
            (
                "scheme",
                scheme.map_or_else(|| form.ordning.clone(), |scheme| scheme.name.clone()),
            ),
            ("year", form.aar.trim().to_owned()),
            ("recipient", form.mottaker.trim().to_owned()),
        ];
        let key = |family: &str| format!("request-{family}-{outcome}");
        let steps = vec![
            NextStep::new(texts, "step-does", texts.fill(&key("does"), &reserved)),
            NextStep::new(texts, "step-until", texts.say(&key("until"))),
            NextStep::new(texts, "step-next", texts.say(&key("next"))),
            NextStep::new(texts, "step-who", texts.say(&key("who"))),
            NextStep::new(texts, "step-meanwhile", texts.say(&key("meanwhile"))),
        ];
        Some(Self::Form(Box::new(OfferedForm {
            fields: form.fields().into(),
            key: offered.key,
            receipt: offered.receipt,
            steps,
            objection: offered.objection,
            pending: offered.pending,
        })))
    }
}

pub async fn request(
    State(state): State<AppState>,
    visit: Visit,
    headers: HeaderMap,
    axum::Form(sent): axum::Form<RequestForm>,
) -> Result<Response, PageError> {
    forms::check(&state, &visit, &headers, &sent.form_token)?;
    let texts = visit.texts;
    let mut offered = Offered {
        key: sent.nokkel,
        receipt: sent.kvittering.trim().to_owned(),
        ..Offered::default()
    };
    // What cannot be read is said beside the question.
    let Ok(input) = sent.question.input() else {
        return screen(&visit, sent.question, None, offered).await;
    };
    if !forms::was_read(&sent.lest) {
        offered.objection = Some(Objection::own(texts, "form-not-read"));
        return screen(&visit, sent.question, None, offered).await;
    }
    let asked = match visit
        .client
        .command::<Answer>(DOCUMENT, &variables(&input, &offered))
        .await
    {
        Ok(answer) => answer.done,
        // What is no input at all is said beside the question, too.
        Err(error) => match PageError::from(error) {
            PageError::BadInput(_) => return screen(&visit, sent.question, None, offered).await,
            error => return Err(error),
        },
    };
    match asked.claim {
        Some(claim) if claim.state == "REQUESTED" => {
            offered.pending = Some(PendingClaim::of(&visit, &claim));
            screen(&visit, sent.question, Some(claim.verdict), offered).await
        }
        Some(claim) => Ok(forms::done(
            &format!("/krav/{}", forms::segment(&claim.id)),
            Some(&claim.receipt),
        )),
        None => {
            // That key is another request's.
            if asked.errors.iter().any(|error| error.code == "IDEMPOTENCY_CONFLICT") {
                offered.key = forms::fresh_key()?;
            }
            offered.objection = Objection::of(texts, asked.errors);
            screen(&visit, sent.question, None, offered).await
        }
    }
}

fn variables(input: &Value, offered: &Offered) -> Value {
    let receipt = Some(&offered.receipt).filter(|receipt| !receipt.is_empty());
    json!({ "input": input, "idempotencyKey": offered.key, "lastReceipt": receipt })
}

impl PendingClaim {
    fn of(visit: &Visit, claim: &Requested) -> Self {
        let texts = visit.texts;
        let text = claim.expires_at.map_or_else(
            || texts.say("request-pending"),
            |at| texts.with("request-pending-until", "at", format::instant(texts, at)),
        );
        Self {
            id: claim.id.clone(),
            text,
        }
    }
}
