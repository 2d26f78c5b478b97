//! *Data og eksport*: what can be had, as what, and who may see what; and the other ways to the same: the interface, GraphiQL, the command line.

use askama::Template;
use axum::response::Response;

use super::super::downloads::{FileList, Offer, Offers, SCHEMA};
use super::super::failure::PageError;
use super::super::frame::PageFrame;
use super::super::text::Texts;
use super::super::visit::{Visit, rendered};

/// What there is, in the order of the page: its key among the texts, the whole of it as files, and the page that it stands on.
const OFFERED: [(&str, FileList, Option<&str>); 10] = [
    ("awards", FileList::AllAwards, None),
    ("pots", FileList::AllPots, Some("/programmet")),
    ("payments", FileList::AllPayments, None),
    ("cases", FileList::Cases, Some("/dobbeltfinansiering")),
    ("coverage", FileList::AllCoverage, None),
    ("deadlines", FileList::Deadlines, Some("/frister")),
    ("allocations", FileList::AllAllocations, Some("/fordeling")),
    ("evaluation", FileList::Evaluation, Some("/evaluering")),
    ("code-book", FileList::CodeBook, Some("/evaluering")),
    ("catalogue", FileList::Catalogue, None),
];
const ROLES: [&str; 6] = [
    "PUBLIC",
    "MUNICIPALITY",
    "COUNTY_GOVERNOR",
    "DIRECTORATE",
    "PROGRAMME_OFFICE",
    "EVALUATOR",
];

pub async fn show(visit: Visit) -> Result<Response, PageError> {
    let texts = visit.texts;
    let page = visit.page(texts.say("data-title"));
    let settings = visit.client.catalogue();
    let screen = Screen {
        entries: OFFERED
            .into_iter()
            .map(|(key, list, at)| Entry {
                name: texts.say(&format!("data-{key}")),
                what: texts.say(&format!("data-{key}-what")),
                files: Offers::of(list, &visit, &[]).0,
                page: at.map(|at| {
                    if at == "/programmet" {
                        format!("{at}/{}", page.year)
                    } else {
                        at.to_owned()
                    }
                }),
            })
            .collect(),
        reaches: ROLES.map(|role| reach(role, texts)).into(),
        publisher: settings.map(|settings| settings.publisher_name.clone()),
        contact: settings.map(|settings| (settings.contact_name.clone(), settings.contact_email.clone())),
        licence: settings.and_then(|settings| settings.licence.clone()),
        schema: SCHEMA,
        page,
    };
    Ok(rendered(&screen))
}

fn reach(role: &str, texts: Texts) -> (String, String) {
    (texts.code("role", role), texts.code("data-reach", role))
}

#[derive(Template)]
#[template(path = "data.html")]
struct Screen {
    page: PageFrame,
    entries: Vec<Entry>,
    /// Each role, and what it may see.
    reaches: Vec<(String, String)>,
    publisher: Option<String>,
    contact: Option<(String, String)>,
    licence: Option<String>,
    schema: &'static str,
}

struct Entry {
    name: String,
    what: String,
    files: Vec<Offer>,
    page: Option<String>,
}
