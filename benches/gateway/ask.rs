//! What is asked: requests as bytes, ready to be sent.

use crate::load::NUMBER;

/// One municipality with pot, shares, comparison and its awards; `until` is the last year of the awards.
const ANSWER: &str = r#"query Answer($until: Int! = 2100) {
  municipality(number: "3813") {
    name organisationNumber
    programmeGrant(year: 2021) {
      pot { total known completeness asOf missing { id } awarded { state amount } difference }
      shares { scheme { id } budgetPost { label } amount { state amount } }
      comparison { before { state amount } withProgramme { state amount } withoutProgramme { state amount } difference worseOff }
    }
    awards(toYear: $until) {
      id year status budgetPost { label } granted { state amount } paid { state amount } decidedOn
      recipientAsReported { organisationNumber } disbursements { on amount }
    }
  }
}"#;

/// How a request is told apart from the others.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Repeat,
    NewVariables,
    NewDocument,
    OneField,
    NotModified,
    Token,
}

impl Kind {
    pub const ALL: [Self; 6] = [
        Self::Repeat,
        Self::NewVariables,
        Self::NewDocument,
        Self::OneField,
        Self::NotModified,
        Self::Token,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Repeat => "the same question again",
            Self::NewVariables => "known document, other variables",
            Self::NewDocument => "new document",
            Self::OneField => "one field",
            Self::NotModified => "`304`",
            Self::Token => "the same question again, with a signed token",
        }
    }

    pub const fn status(self) -> u16 {
        if matches!(self, Self::NotModified) { 304 } else { 200 }
    }

    /// The request; a token or an entity tag where it has one.
    pub fn request(self, more: &str) -> String {
        match self {
            Self::Repeat => post(ANSWER, "{}", ""),
            Self::NewVariables => post(ANSWER, &format!("{{\"until\":{NUMBER}}}"), ""),
            Self::NewDocument => post(&ANSWER.replacen("name", &format!("n{NUMBER}: name"), 1), "{}", ""),
            Self::OneField => post("{ municipality(number: \"3813\") { name } }", "{}", ""),
            Self::NotModified => get(ANSWER, &format!("If-None-Match: {more}\r\n")),
            Self::Token => post(ANSWER, "{}", &format!("Authorization: Bearer {more}\r\n")),
        }
    }
}

/// The answer by GET, as it is kept.
pub fn to_keep() -> String {
    get(ANSWER, "")
}

/// The sums of all participants, scheme by scheme, for three years.
pub fn overview() -> String {
    let year = |year| {
        format!("y{year}: programmeGrant(year: {year}) {{ shares {{ scheme {{ id }} amount {{ state amount }} }} }}")
    };
    let years = [2020, 2021, 2022].map(year).join(" ");
    let text = format!("{{ municipalities(programme: \"0-24-pilot\", limit: 50) {{ items {{ name {years} }} }} }}");
    post(&text, "{}", "")
}

/// How many awards the municipality has in a year that nothing else has awards in.
pub fn awards_of(year: i32) -> String {
    post(
        &format!("{{ municipality(number: \"0301\") {{ awards(fromYear: {year}, toYear: {year}) {{ id }} }} }}"),
        "{}",
        "",
    )
}

/// Leave to award, each time for another case.
pub fn funding() -> String {
    let text = format!(
        "mutation {{ requestFunding(idempotencyKey: \"k{NUMBER}\", input: {{ chapter: 231, post: 63, year: 2024, amount: 100000, \
         recipient: {{ municipalityNumber: \"1103\" }}, caseReference: \"24/{NUMBER}\" }}) {{ claim {{ id state }} errors {{ code }} }} }}"
    );
    post(&text, "{}", "")
}

fn post(query: &str, variables: &str, more: &str) -> String {
    let query = serde_json::to_string(query).expect("JSON");
    let body = format!("{{\"query\":{query},\"variables\":{variables}}}");
    let length = body.len();
    format!(
        "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: application/graphql-response+json\r\n{more}Content-Length: {length}\r\n\r\n{body}"
    )
}

fn get(query: &str, more: &str) -> String {
    let escaped: String = query
        .bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect();
    format!(
        "GET /graphql?query={escaped} HTTP/1.1\r\nHost: localhost\r\nAccept: application/graphql-response+json\r\n{more}\r\n"
    )
}
