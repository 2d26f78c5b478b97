//! What goes over the wire: the calls that the adapter makes, and the answers as the system sends them, in its own words.

use std::fmt::Write as _;

use quick_xml::escape::escape;

use crate::xml::{Element, Space, TILSKUDD};

pub const FETCH: &str = "HentTilsagnKoe";
pub const PURGE: &str = "SlettFraKoe";
pub const REGISTER: &str = "RegistrerSperre";
pub const LIFT: &str = "OpphevSperre";
/// The most items that one answer holds.
pub const MOST: usize = 500;

/// Tilsagn: one item of the queue. An element that is missing, nil or empty is `None`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tilsagn {
    pub archive_reference: Option<String>,
    pub saks_nr: Option<String>,
    pub endret: Option<String>,
    pub kapittel: Option<String>,
    pub post: Option<String>,
    pub ordning: Option<String>,
    pub budsjettaar: Option<String>,
    pub mottaker_org_nr: Option<String>,
    pub mottaker_kommune_nr: Option<String>,
    pub mottaker_navn: Option<String>,
    pub forvalter_org_nr: Option<String>,
    pub soekt_beloep: Option<String>,
    pub innvilget_beloep: Option<String>,
    pub utbetalt_beloep: Option<String>,
    pub vedtak: Option<String>,
    pub vedtaks_dato: Option<String>,
    pub bruk_fra: Option<String>,
    pub bruk_til: Option<String>,
    /// Empty where the element is there without a payment.
    pub utbetalinger: Option<Vec<Utbetaling>>,
    /// The name of an element that stands twice, so that nobody can tell which of them holds.
    pub repeated: Option<String>,
}

/// Utbetaling: one payment under an item.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Utbetaling {
    pub dato: Option<String>,
    pub beloep: Option<String>,
    pub referanse: Option<String>,
}

/// Sperre: an exclusion, which is all that its fields say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sperre {
    pub org_nr: String,
    pub kapittel: String,
    pub post: String,
    pub ordning: String,
    pub fra_dato: String,
    pub til_dato: String,
    pub program: String,
    pub hjemmel: String,
}

/// The body that asks for the oldest items.
pub fn fetch() -> String {
    format!(r#"<{FETCH} xmlns="{TILSKUDD}"><AntallMaks>{MOST}</AntallMaks></{FETCH}>"#)
}

/// The body that removes the items of these references.
pub fn purge(references: &[String]) -> String {
    let mut body = format!(r#"<{PURGE} xmlns="{TILSKUDD}">"#);
    for reference in references {
        let _ = write!(body, "<ArchiveReference>{}</ArchiveReference>", escape(reference));
    }
    body + &format!("</{PURGE}>")
}

/// The body that registers an exclusion.
pub fn register(sperre: &Sperre) -> String {
    let fields = [
        ("OrgNr", &sperre.org_nr),
        ("Kapittel", &sperre.kapittel),
        ("Post", &sperre.post),
        ("Ordning", &sperre.ordning),
        ("FraDato", &sperre.fra_dato),
        ("TilDato", &sperre.til_dato),
        ("Program", &sperre.program),
        ("Hjemmel", &sperre.hjemmel),
    ];
    let mut body = format!(r#"<{REGISTER} xmlns="{TILSKUDD}">"#);
    for (name, value) in fields {
        let _ = write!(body, "<{name}>{}</{name}>", escape(value));
    }
    body + &format!("</{REGISTER}>")
}

/// The body that lifts the exclusion of that id.
pub fn lift(id: &str) -> String {
    format!(
        r#"<{LIFT} xmlns="{TILSKUDD}"><SperreId>{}</SperreId></{LIFT}>"#,
        escape(id)
    )
}

/// The id in a `RegistrerSperreResponse`.
pub fn exclusion_id(answer: &Element) -> Option<String> {
    text(answer, "SperreId")
}

/// The items of a `HentTilsagnKoeResponse`, or what is wrong with it. A list that is there and empty is an empty queue; one
/// that is not there says nothing.
pub fn items(answer: &Element) -> Result<Vec<Tilsagn>, &'static str> {
    let mut lists = answer.all(Space::Tilskudd, "TilsagnListe");
    match (lists.next(), lists.next()) {
        (Some(list), None) if list.nil => Ok(Vec::new()),
        (Some(list), None) => Ok(list.all(Space::Tilskudd, "Tilsagn").map(tilsagn).collect()),
        (None, _) => Err("TilsagnListe is missing"),
        (Some(_), Some(_)) => Err("TilsagnListe stands twice"),
    }
}

/// Whether a `SlettFraKoeResponse` says how many items it removed. How many is no matter: what was gone is gone.
pub fn is_purged(answer: &Element) -> bool {
    text(answer, "AntallSlettet").is_some_and(|count| count.parse::<u64>().is_ok())
}

fn tilsagn(item: &Element) -> Tilsagn {
    let payments = item.all(Space::Tilskudd, "Utbetalinger").find(|payments| !payments.nil);
    let payments: Option<Vec<&Element>> = payments.map(|payments| {
        payments
            .all(Space::Tilskudd, "Utbetaling")
            .filter(|payment| !payment.nil)
            .collect()
    });
    let repeated = repeated(item).or_else(|| payments.iter().flatten().find_map(|payment| repeated(payment)));
    Tilsagn {
        archive_reference: text(item, "ArchiveReference"),
        saks_nr: text(item, "SaksNr"),
        endret: text(item, "Endret"),
        kapittel: text(item, "Kapittel"),
        post: text(item, "Post"),
        ordning: text(item, "Ordning"),
        budsjettaar: text(item, "Budsjettaar"),
        mottaker_org_nr: text(item, "MottakerOrgNr"),
        mottaker_kommune_nr: text(item, "MottakerKommuneNr"),
        mottaker_navn: text(item, "MottakerNavn"),
        forvalter_org_nr: text(item, "ForvalterOrgNr"),
        soekt_beloep: text(item, "SoektBeloep"),
        innvilget_beloep: text(item, "InnvilgetBeloep"),
        utbetalt_beloep: text(item, "UtbetaltBeloep"),
        vedtak: text(item, "Vedtak"),
        vedtaks_dato: text(item, "VedtaksDato"),
        bruk_fra: text(item, "BrukFra"),
        bruk_til: text(item, "BrukTil"),
        utbetalinger: payments.map(|payments| payments.into_iter().map(utbetaling).collect()),
        repeated,
    }
}

fn utbetaling(payment: &Element) -> Utbetaling {
    Utbetaling {
        dato: text(payment, "Dato"),
        beloep: text(payment, "Beloep"),
        referanse: text(payment, "Referanse"),
    }
}

/// What stands twice says nothing.
fn text(element: &Element, name: &str) -> Option<String> {
    let mut named = element.all(Space::Tilskudd, name);
    let only = named.next().filter(|_| named.next().is_none());
    only.and_then(Element::value).map(str::to_owned)
}

/// The first name that an earlier sibling of the same namespace has as well.
fn repeated(element: &Element) -> Option<String> {
    let ours: Vec<&str> = element
        .children
        .iter()
        .filter(|child| child.space == Space::Tilskudd)
        .map(|child| child.name.as_str())
        .collect();
    let is_known = |name: &str| FIELDS.split(' ').any(|field| field == name);
    ours.iter()
        .enumerate()
        .find(|(at, name)| is_known(name) && ours[..*at].contains(name))
        .map(|(_, name)| (*name).to_owned())
}

const FIELDS: &str = "ArchiveReference SaksNr Endret Kapittel Post Ordning Budsjettaar MottakerOrgNr MottakerKommuneNr MottakerNavn \
    ForvalterOrgNr SoektBeloep InnvilgetBeloep UtbetaltBeloep Vedtak VedtaksDato BrukFra BrukTil Utbetalinger Dato Beloep Referanse";
