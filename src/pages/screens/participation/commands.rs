//! What the forms of an announcement's page ask for: each is a command of the interface.

use serde_json::{Value, json};

use super::super::super::forms::FilledForm;

pub const RECOMMENDATIONS: [&str; 3] = ["RECOMMENDED", "RECOMMENDED_WITH_DOUBT", "NOT_RECOMMENDED"];

/// The page's forms, as one was filled in.
pub struct AnnouncementForm<'a>(pub &'a FilledForm);

impl AnnouncementForm<'_> {
    fn get(&self, name: &str) -> &str {
        self.0.get(name)
    }

    fn all(&self, name: &str) -> Vec<&str> {
        self.0.all(name)
    }

    fn day(&self, name: &str) -> Result<String, &'static str> {
        self.0.day(name)
    }

    /// The council's decision, where its reference or its day is filled in.
    fn decision(&self) -> Result<Option<Value>, &'static str> {
        if self.get("vedtak").is_empty() && self.get("vedtaksdag").is_empty() {
            return Ok(None);
        }
        Ok(Some(
            json!({ "reference": self.get("vedtak"), "on": self.day("vedtaksdag")? }),
        ))
    }

    /// The mutation and what it is given; the error is the text of what is wrong.
    pub fn command(&self, announcement: &str) -> Result<(&'static str, Value), &'static str> {
        let (application, key) = (self.get("soknad"), self.get("nokkel"));
        Ok(match self.get("gjor") {
            "sok" => (
                "mutation Apply($input: ParticipationApplicationInput!, $key: ID!) { done: applyForParticipation(input: $input, idempotencyKey: $key) { errors { code message } } }",
                json!({ "key": key, "input": {
                    "announcement": announcement, "challenges": self.get("utfordringer"), "progress": self.get("status"),
                    "motivation": self.get("motivasjon"), "politicalDecision": self.decision()?,
                }}),
            ),
            "vedtak" => (
                "mutation Decision($id: ID!, $decision: PoliticalDecisionInput!, $key: ID!) { done: addPoliticalDecision(application: $id, decision: $decision, idempotencyKey: $key) { errors { code message } } }",
                json!({ "id": application, "decision": self.decision()?.ok_or("bad-day")?, "key": key }),
            ),
            "trekk" => (
                "mutation Withdraw($id: ID!, $reason: String!, $key: ID!) { done: withdrawParticipationApplication(application: $id, reason: $reason, idempotencyKey: $key) { errors { code message } } }",
                json!({ "id": application, "reason": self.get("tekst"), "key": key }),
            ),
            "vurder" => (
                "mutation Assess($id: ID!, $recommendation: Recommendation!, $text: String!, $key: ID!) { done: assessParticipationApplication(application: $id, recommendation: $recommendation, text: $text, idempotencyKey: $key) { errors { code message } } }",
                json!({ "id": application, "recommendation": self.recommendation()?, "text": self.get("tekst"), "key": key }),
            ),
            "ranger" => (
                "mutation Rank($id: ID!, $order: [ID!]!, $reason: String!, $key: ID!) { done: rankParticipationApplications(announcement: $id, order: $order, reason: $reason, idempotencyKey: $key) { errors { code message } } }",
                json!({ "id": announcement, "order": self.order()?, "reason": self.get("tekst"), "key": key }),
            ),
            "velg" => (
                "mutation Select($id: ID!, $chosen: [ID!]!, $reason: String!, $reference: String!, $key: ID!) { done: selectParticipants(announcement: $id, chosen: $chosen, reason: $reason, reference: $reference, idempotencyKey: $key) { errors { code message } } }",
                json!({
                    "id": announcement, "chosen": self.all("valgt"), "reason": self.get("tekst"),
                    "reference": self.get("referanse"), "key": key,
                }),
            ),
            "begynn" => (
                "mutation Begin($id: ID!, $from: Date!, $reason: String!, $reference: String!, $key: ID!) { done: beginParticipation(application: $id, from: $from, reason: $reason, reference: $reference, idempotencyKey: $key) { errors { code message } } }",
                json!({
                    "id": application, "from": self.day("fra")?, "reason": self.get("tekst"),
                    "reference": self.get("referanse"), "key": key,
                }),
            ),
            _ => return Err("form-no-decision"),
        })
    }

    /// The applications by the place that each was given; places that are no numbers, or not each of them once, are no order.
    fn order(&self) -> Result<Vec<&str>, &'static str> {
        let (places, ids) = (self.all("plass"), self.all("rangert"));
        if places.len() != ids.len() {
            return Err("rank-places-wrong");
        }
        let places = places.into_iter().zip(ids);
        let places = places.map(|(place, id)| place.trim().parse::<usize>().map(|place| (place, id)));
        let mut order: Vec<(usize, &str)> = places.collect::<Result<_, _>>().map_err(|_| "rank-places-wrong")?;
        order.sort_unstable();
        let is_counted = order.iter().map(|(place, _)| *place).eq(1..=order.len());
        if is_counted {
            Ok(order.into_iter().map(|(_, id)| id).collect())
        } else {
            Err("rank-places-wrong")
        }
    }

    fn recommendation(&self) -> Result<&str, &'static str> {
        let code = self.get("rad");
        if RECOMMENDATIONS.contains(&code) {
            Ok(code)
        } else {
            Err("form-no-decision")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ranking_has_each_place_once() {
        let order = |form: &str| {
            let filled = FilledForm::read(form.as_bytes());
            let form = AnnouncementForm(&filled);
            form.order()
                .map(|ids| ids.into_iter().map(str::to_owned).collect::<Vec<_>>())
        };
        let told = "rangert=a&plass=2&rangert=b&plass=3&rangert=c&plass=+1+";
        assert_eq!(order(told).expect("an order"), ["c", "a", "b"]);
        for wrong in [
            "rangert=a&plass=1&rangert=b&plass=1",
            "rangert=a&plass=2",
            "rangert=a&plass=0&rangert=b&plass=1",
            "rangert=a&plass=",
            "rangert=a&plass=1&rangert=b",
        ] {
            assert_eq!(order(wrong), Err("rank-places-wrong"), "{wrong}");
        }
    }
}
