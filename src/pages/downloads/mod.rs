//! Files of what the pages show: a list's address, a full stop and the ending of its format, and behind `?` what stands there on the page. Asked
//! of the interface as whoever visits, and sent while it comes.

mod list;

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::RawPathParams;
use axum::http::{HeaderValue, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;
use strum::VariantArray;

use super::failure::PageError;
use super::forms::segment;
use super::screens::municipality::MunicipalityKey;
use super::text::Texts;
use super::visit::{Visit, Visiting};
use crate::export::{self, ExportFormat, ExportRequest, Subset};
use crate::http::{AppState, LocalClient};

pub use list::FileList;

/// How long a file waits, all in all, where the caller's budget is used up.
const PATIENCE: Duration = Duration::from_secs(30);
/// The schema's own text.
pub const SCHEMA: &str = "/data/skjema.graphql";

/// A route for each list and format: what is none of them is not there.
pub fn routes() -> Router<AppState> {
    let mut router = Router::new().route(SCHEMA, get(schema));
    for list in FileList::VARIANTS {
        for format in list.what().formats() {
            let path = format!("{}.{}", list.path(), format.extension());
            router = router.route(
                &path,
                get(move |visit: Visit, place: RawPathParams, uri: Uri| file(*list, *format, visit, place, uri)),
            );
        }
    }
    router
}

async fn schema() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/graphql; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"programgrant.graphql\"",
        ),
    ];
    (headers, LocalClient::schema()).into_response()
}

async fn file(
    list: FileList,
    format: ExportFormat,
    visit: Visit,
    params: RawPathParams,
    uri: Uri,
) -> Result<Response, PageError> {
    let mut subset = list.subset(&uri, &visit)?;
    subset.as_of = visit.as_of();
    match params.iter().next() {
        Some((_, id)) if list == FileList::Allocation => {
            subset.year = Some(year_of_allocation(&visit, id).await?);
            subset.allocation = Some(id.to_owned());
        }
        Some((_, place)) => subset.municipality = Some(present_number(&visit, place).await?),
        None => {}
    }
    let name = name(list, &subset);
    let request = ExportRequest {
        what: list.what(),
        format,
        now: visit.now,
        patience: PATIENCE,
        csv_name: Some(format!("{name}.{}", ExportFormat::Csv.extension())),
        subset,
    };
    let pieces = export::stream(visit.client.clone(), request).await?;
    let file = format!("attachment; filename=\"{name}.{}\"", format.extension());
    let mut response = Body::from_stream(pieces).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(format.media_type()));
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static("nb"));
    if let Ok(file) = HeaderValue::from_str(&file) {
        headers.insert(header::CONTENT_DISPOSITION, file);
    }
    Ok(response)
}

/// What the file is called: the list, whose, which year. Nothing of it is anybody's text.
fn name(list: FileList, subset: &Subset) -> String {
    let place = subset.municipality.as_ref();
    let parts = [
        Some(list.name().to_owned()),
        place.cloned(),
        subset.year.map(|year| year.to_string()),
        subset
            .as_of
            .map(|at| format!("slik-det-var-{}", at.strftime("%Y-%m-%d"))),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join("-")
}

/// The number that the municipality goes by, whichever the address names it by; what the interface does not know is not found.
async fn present_number(visit: &Visit, place: &str) -> Result<String, PageError> {
    const DOCUMENT: &str = "query FileOf($number: String, $organisation: String, $asOf: DateTime) {
  municipality(number: $number, organisationNumber: $organisation, asOf: $asOf) { organisationNumber }
}";
    #[derive(Deserialize)]
    struct Answer {
        municipality: Option<Found>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Found {
        organisation_number: Option<String>,
    }
    let key = MunicipalityKey::parse(place)?;
    let answer: Answer = visit.ask(DOCUMENT, key.variables().clone()).await?;
    let found = answer.municipality.ok_or(PageError::NotFound)?;
    Ok(found.organisation_number.unwrap_or_else(|| place.to_owned()))
}

/// The programme year of a version that the visitor sees.
async fn year_of_allocation(visit: &Visit, id: &str) -> Result<i16, PageError> {
    const DOCUMENT: &str = "query FileOfAllocation($id: ID!) { allocation(id: $id) { year } }";
    #[derive(Deserialize)]
    struct Answer {
        allocation: Option<Found>,
    }
    #[derive(Deserialize)]
    struct Found {
        year: i16,
    }
    let variables = serde_json::json!({ "id": id });
    let answer: Answer = visit.client.query(DOCUMENT, &variables).await?;
    Ok(answer.allocation.ok_or(PageError::NotFound)?.year)
}

/// The files of one list, as a page offers them.
pub struct Offers(pub Vec<Offer>);

/// One of them.
pub struct Offer {
    pub address: String,
    pub name: String,
    /// What it is called, and for whom it is.
    pub hint: String,
}

impl Offers {
    /// Of a list that is nobody's own, with what stands in the page's address.
    pub fn of(list: FileList, visit: &Visiting, pairs: &[(&str, &str)]) -> Self {
        Self::at(list, list.path(), visit, pairs)
    }

    /// Of a municipality's list.
    pub fn of_municipality(list: FileList, visit: &Visiting, place: &str, pairs: &[(&str, &str)]) -> Self {
        Self::at(list, &list.path().replace("{place}", place), visit, pairs)
    }

    /// Of one version of an allocation.
    pub fn of_allocation(visit: &Visiting, id: &str) -> Self {
        let list = FileList::Allocation;
        Self::at(list, &list.path().replace("{id}", &segment(id)), visit, &[])
    }

    fn at(list: FileList, path: &str, visit: &Visiting, pairs: &[(&str, &str)]) -> Self {
        let day = visit.day.map(|day| day.to_string());
        let stated = pairs.iter().copied().filter(|(_, value)| !value.is_empty());
        let all: Vec<(&str, &str)> = stated.chain(day.as_deref().map(|day| ("per", day))).collect();
        let query = if all.is_empty() {
            String::new()
        } else {
            form_urlencoded::Serializer::for_suffix("?".to_owned(), 1)
                .extend_pairs(all)
                .finish()
        };
        let formats = list.what().formats().iter();
        let is_there = |format: &&ExportFormat| **format != ExportFormat::Dcat || visit.client.catalogue().is_some();
        let offer = |format: &ExportFormat| {
            let extension = format.extension();
            let code: &str = (*format).into();
            Offer {
                address: format!("{path}.{extension}{query}"),
                name: visit.texts.say(&format!("file-{code}")),
                hint: visit.texts.say(&format!("file-{code}-hint")),
            }
        };
        Self(formats.filter(is_there).map(offer).collect())
    }
}

/// A text of an address, where it says anything.
pub fn said(text: &str) -> Option<String> {
    (!text.trim().is_empty()).then(|| text.to_owned())
}

/// A year of an address, where it says one.
pub fn year_in(text: &str, texts: Texts) -> Result<Option<i16>, PageError> {
    let bad = || PageError::BadInput(texts.say("bad-year"));
    // The interface knows no others.
    let read = |text: String| {
        text.trim()
            .parse()
            .ok()
            .filter(|year| (1900..=2200).contains(year))
            .ok_or_else(bad)
    };
    said(text).map(read).transpose()
}
