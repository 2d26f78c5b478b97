//! What this gateway offers, for a catalogue of data: DCAT-AP-NO, with everything that either its second edition or the draft of its
//! third requires, as JSON-LD.

use serde_json::{Value, json};

use super::about::About;
use super::form::What;
use crate::config::Catalogue;

const LANGUAGE: &str = "http://publications.europa.eu/resource/authority/language/NOB";
const THEME: &str = "http://publications.europa.eu/resource/authority/data-theme/GOVE";
const CONTINUOUS: &str = "http://publications.europa.eu/resource/authority/frequency/CONT";
const JSON_FILE: &str = "http://publications.europa.eu/resource/authority/file-type/JSON";
const JSON_MEDIA: &str = "https://www.iana.org/assignments/media-types/application/json";
const PUBLIC: &str = "http://publications.europa.eu/resource/authority/access-right/PUBLIC";
const RESTRICTED: &str = "http://publications.europa.eu/resource/authority/access-right/RESTRICTED";

/// The data sets, and whether everybody may see all of each.
const DATASETS: [(What, bool); 7] = [
    (What::Pots, false),
    (What::Awards, false),
    (What::Payments, false),
    (What::Cases, false),
    (What::Coverage, true),
    (What::Deadlines, true),
    (What::Allocations, false),
];

/// The catalogue.
pub fn write(settings: &Catalogue, about: &About) -> Value {
    let base = settings.address.trim_end_matches('/');
    let catalogue = format!("{base}/#catalogue");
    let service = format!("{base}/#api");
    let datasets: Vec<Value> = DATASETS
        .iter()
        .map(|(what, is_public)| dataset(settings, about, *what, *is_public))
        .collect();
    let ids: Vec<Value> = DATASETS
        .iter()
        .map(|(what, _)| reference(&dataset_id(base, *what)))
        .collect();
    let mut graph = vec![
        json!({
            "@id": catalogue, "@type": "dcat:Catalog",
            "dct:title": nb(&format!("Tilskudd til kommuner: {}", settings.publisher_name)),
            "dct:description": nb(&described(about, "Datasett og datatjeneste for samlede statlige tilskudd til kommuner.")),
            "dct:identifier": catalogue, "dct:language": reference(LANGUAGE),
            "dct:modified": instant(about),
            "dct:publisher": publisher(settings), "dcat:contactPoint": contact(settings),
            "dcat:dataset": ids, "dcat:service": reference(&service),
        }),
        with_licence(
            settings,
            json!({
                "@id": service, "@type": "dcat:DataService",
                "dct:title": nb("Programtilskudd: GraphQL"),
                "dct:description": nb("Ett GraphQL-skjema over direktoratenes tilskuddssystemer. Hva den som spør ser, følger av rollen."),
                "dct:identifier": service, "dct:language": reference(LANGUAGE), "dcat:theme": reference(THEME),
                "dcat:endpointURL": reference(&format!("{base}/graphql")),
                "dct:format": reference(JSON_FILE), "dcat:mediaType": reference(JSON_MEDIA),
                "dct:accessRights": reference(RESTRICTED),
                "dct:publisher": publisher(settings), "dcat:contactPoint": contact(settings),
                "dcat:servesDataset": ids,
            }),
        ),
    ];
    graph.extend(datasets);
    json!({ "@context": context(), "@graph": graph })
}

fn context() -> Value {
    json!({
        "dcat": "http://www.w3.org/ns/dcat#",
        "dct": "http://purl.org/dc/terms/",
        "foaf": "http://xmlns.com/foaf/0.1/",
        "vcard": "http://www.w3.org/2006/vcard/ns#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    })
}

fn dataset(settings: &Catalogue, about: &About, what: What, is_public: bool) -> Value {
    let base = settings.address.trim_end_matches('/');
    let id = dataset_id(base, what);
    let rights = reference(if is_public { PUBLIC } else { RESTRICTED });
    let distribution = with_licence(
        settings,
        json!({
            "@id": format!("{id}-json"), "@type": "dcat:Distribution",
            "dct:title": nb("Svar fra GraphQL"),
            "dcat:accessURL": reference(&format!("{base}/graphql")),
            "dcat:accessService": reference(&format!("{base}/#api")),
            "dct:format": reference(JSON_FILE), "dcat:mediaType": reference(JSON_MEDIA),
        }),
    );
    json!({
        "@id": id, "@type": "dcat:Dataset",
        "dct:title": nb(what.title()),
        "dct:description": nb(&described(about, what.description())),
        "dct:identifier": id, "dct:language": reference(LANGUAGE),
        "dct:modified": instant(about),
        "dct:publisher": publisher(settings), "dcat:contactPoint": contact(settings),
        "dcat:theme": reference(THEME), "dct:accessRights": rights,
        "dct:accrualPeriodicity": reference(CONTINUOUS),
        "dcat:distribution": distribution,
    })
}

fn dataset_id(base: &str, what: What) -> String {
    format!("{base}/#{what}")
}

/// A description with what a reader must know: which sources were heard when, and what the programmes say of their figures.
fn described(about: &About, text: &str) -> String {
    let sources: Vec<String> = about.sources.iter().map(super::about::SourceAge::said).collect();
    let mut said = vec![text.to_owned()];
    if !sources.is_empty() {
        said.push(format!("Kilder: {}.", sources.join("; ")));
    }
    said.extend(about.notices.iter().cloned());
    said.extend(about.missing.iter().map(|missing| format!("Mangler: {missing}.")));
    said.join(" ")
}

fn publisher(settings: &Catalogue) -> Value {
    let number = settings.publisher.to_string();
    json!({
        "@id": format!("https://data.brreg.no/enhetsregisteret/api/enheter/{number}"), "@type": "foaf:Agent",
        "foaf:name": nb(&settings.publisher_name), "dct:identifier": number,
    })
}

fn contact(settings: &Catalogue) -> Value {
    json!({
        "@type": "vcard:Organization",
        "vcard:fn": nb(&settings.contact_name),
        "vcard:hasEmail": reference(&format!("mailto:{}", settings.contact_email)),
    })
}

fn with_licence(settings: &Catalogue, mut node: Value) -> Value {
    if let Some(licence) = &settings.licence {
        node["dct:license"] = reference(licence);
    }
    node
}

fn instant(about: &About) -> Value {
    json!({ "@type": "xsd:dateTime", "@value": about.as_of.unwrap_or(about.created) })
}

fn nb(text: &str) -> Value {
    json!({ "@language": "nb", "@value": text })
}

fn reference(address: &str) -> Value {
    json!({ "@id": address })
}
