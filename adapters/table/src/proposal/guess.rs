//! Which column is which field, by the words that Norwegian lists use in their headings.

use crate::mapping::fold;

use super::facts::Column;

/// A field of a mapping's `[record]`, with what lists call it: the whole heading, or how it begins.
struct Called {
    key: &'static str,
    whole: &'static [&'static str],
    begins: &'static [&'static str],
}

/// In the order in which fields take their columns: what is called most plainly first.
const FIELDS: [Called; 22] = [
    called(
        "organisation_number",
        &["orgnr", "orgnummer", "orgno"],
        &["organisasjonsn", "orgnr", "mottakerorgn", "søkerorgn"],
    ),
    called(
        "municipality_number",
        &["komnr", "knr", "kommnr", "kommunenr"],
        &["kommunenr", "kommunenum"],
    ),
    called(
        "whole_post",
        &[
            "kappost",
            "kapittelpost",
            "kapogpost",
            "kapitteloppost",
            "budsjettpost",
            "statsbudsjettpost",
        ],
        &[],
    ),
    called("chapter", &["kap", "kapittel", "kapnr", "kapittelnr"], &[]),
    called("post", &["post", "postnr"], &[]),
    called(
        "year",
        &[
            "år",
            "årstall",
            "budsjettår",
            "tilskuddsår",
            "tildelingsår",
            "søknadsår",
            "bevilgningsår",
            "year",
        ],
        &[],
    ),
    called(
        "decided_on",
        &[
            "vedtatt",
            "vedtaksdato",
            "vedtakdato",
            "datoforvedtak",
            "innvilgetdato",
            "tildelingsdato",
            "tilsagnsdato",
        ],
        &["vedtaksdato"],
    ),
    called(
        "changed_at",
        &[
            "endret",
            "sistendret",
            "oppdatert",
            "sistoppdatert",
            "endringstidspunkt",
        ],
        &[],
    ),
    called(
        "use_from",
        &[
            "fra",
            "fradato",
            "datofra",
            "startdato",
            "start",
            "periodefra",
            "gyldigfra",
        ],
        &[],
    ),
    called(
        "use_until",
        &[
            "til",
            "tildato",
            "datotil",
            "sluttdato",
            "slutt",
            "periodetil",
            "gyldigtil",
        ],
        &[],
    ),
    called(
        "status",
        &["status", "vedtak", "resultat", "utfall", "avgjørelse"],
        &["status", "søknadsstatus", "vedtaksstatus", "saksstatus"],
    ),
    called(
        "applied",
        &["søkt", "omsøkt", "søknadsbeløp", "søknadssum"],
        &["søkt", "omsøkt", "søknadsbel"],
    ),
    called("paid", &["utbetalt", "utbetaling"], &["utbetal"]),
    called(
        "granted",
        &["tildelt", "innvilget", "innvilga", "tilsagn", "bevilget", "tilskudd"],
        &[
            "tildelt",
            "innvilg",
            "tilsagnsbel",
            "bevilg",
            "tilskuddsbel",
            "vedtattbel",
        ],
    ),
    called("granted", &["beløp", "sum", "amount"], &["beløp"]),
    called(
        "reference",
        &[
            "saksnr",
            "saksnummer",
            "sak",
            "referanse",
            "ref",
            "søknadsnr",
            "søknadsid",
            "prosjektnr",
            "arkivref",
            "tilskuddsid",
        ],
        &["saksn", "saksref", "arkivsak", "søknadsn", "referanse"],
    ),
    called("reference", &["id", "nr", "løpenr", "løpenummer"], &[]),
    called(
        "part",
        &["delsak", "delsaksnr", "delnr", "linje", "linjenr"],
        &["delsak"],
    ),
    called("target_group", &["målgruppe", "målgrupper"], &["målgruppe"]),
    called(
        "activity",
        &[
            "tiltak",
            "aktivitet",
            "ordning",
            "tilskuddsordning",
            "tiltakstype",
            "formål",
        ],
        &["tilskuddsordning"],
    ),
    called(
        "name",
        &[
            "mottaker",
            "tilskuddsmottaker",
            "kommune",
            "kommunenavn",
            "navn",
            "søker",
            "mottakernavn",
        ],
        &["mottaker", "kommunenavn", "navn"],
    ),
    called("payer", &["utbetaler", "utbetalerorgnr"], &[]),
];

/// What a heading may end with, and means the same.
const UNITS: [&str; 7] = ["i1000kr", "i1000kroner", "1000kr", "ikroner", "kroner", "ikr", "nok"];

const fn called(key: &'static str, whole: &'static [&'static str], begins: &'static [&'static str]) -> Called {
    Called { key, whole, begins }
}

impl Called {
    fn is(&self, heading: &str) -> bool {
        self.whole.contains(&heading)
    }

    fn begins(&self, heading: &str) -> bool {
        self.begins.iter().any(|stem| heading.starts_with(stem))
    }
}

/// The fields found, each with its column.
#[derive(Debug, Default)]
pub struct Fields(Vec<(&'static str, usize)>);

impl Fields {
    pub fn get(&self, key: &str) -> Option<usize> {
        self.0
            .iter()
            .find(|(known, _)| *known == key)
            .map(|(_, column)| *column)
    }

    pub fn has_column(&self, column: usize) -> bool {
        self.0.iter().any(|(_, taken)| *taken == column)
    }
}

/// Gives every field its column, and no column to two fields.
pub fn fields(columns: &[Column]) -> Fields {
    let mut fields = Fields::default();
    // A heading that stands twice would have the whole file refused.
    let is_alone = |index: usize| {
        let own = fold(&columns[index].name);
        columns.iter().filter(|column| fold(&column.name) == own).count() == 1
    };
    let headings: Vec<String> = columns.iter().map(|column| bare(&column.heading)).collect();
    // A whole heading says more than its beginning.
    for matches in [Called::is, Called::begins] {
        for field in &FIELDS {
            if fields.get(field.key).is_some() {
                continue;
            }
            let fits =
                |index: &usize| matches(field, &headings[*index]) && is_alone(*index) && !fields.has_column(*index);
            if let Some(column) = (0..columns.len()).find(fits) {
                fields.0.push((field.key, column));
            }
        }
    }
    settle(&mut fields, columns);
    fields
}

/// How many of these headings are known: the row that has most of them is the header.
pub fn known<'h>(headings: impl Iterator<Item = &'h str>) -> usize {
    let is_known = |heading: &String| FIELDS.iter().any(|field| field.is(heading) || field.begins(heading));
    headings.map(bare).filter(is_known).count()
}

/// What the values say better than the heading: a column `Kommune` with numbers, a column `Post` with whole posts.
fn settle(fields: &mut Fields, columns: &[Column]) {
    let is_post = |column: usize| columns[column].is_mostly(columns[column].shapes.post);
    let is_number = |column: usize| columns[column].is_mostly(columns[column].shapes.municipality);
    let lacks_chapter = fields.get("chapter").is_none();
    let lacks_number = fields.get("municipality_number").is_none();
    for (key, column) in &mut fields.0 {
        match *key {
            "post" if lacks_chapter && is_post(*column) => *key = "whole_post",
            "name" if lacks_number && is_number(*column) => *key = "municipality_number",
            _ => {}
        }
    }
}

/// The letters and digits of a heading, without what stands in parentheses and without a unit at its end.
fn bare(heading: &str) -> String {
    let mut depth = 0_usize;
    let mut bare = String::new();
    for sign in fold(heading).chars() {
        match sign {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            sign if depth == 0 && sign.is_alphanumeric() => bare.push(sign),
            _ => {}
        }
    }
    let unit = UNITS.iter().find_map(|unit| bare.strip_suffix(unit)).map(str::len);
    bare.truncate(unit.unwrap_or(bare.len()));
    bare
}

/// Which unit a heading says that its amounts are in, in a mapping's word.
pub fn unit(heading: &str) -> Option<&'static str> {
    let heading = fold(heading);
    if heading.contains("1000") || heading.contains("1 000") || heading.contains("tusen") {
        return Some("thousand_kroner");
    }
    heading.contains("øre").then_some("øre")
}

/// The status that a word most likely means.
pub fn status(word: &str) -> Option<&'static str> {
    Some(match fold(word).as_str() {
        "søkt" | "omsøkt" | "mottatt" | "søknad mottatt" | "innsendt" | "registrert" | "under behandling"
        | "til behandling" | "applied" => "APPLIED",
        "innvilget" | "innvilga" | "delvis innvilget" | "delvis innvilga" | "tildelt" | "godkjent" | "bevilget"
        | "tilsagn" | "granted" => "GRANTED",
        "avslag" | "avslått" | "ikke innvilget" | "ikkje innvilga" | "refused" => "REFUSED",
        "avvist" | "dismissed" => "DISMISSED",
        "trukket" | "tilbaketrukket" | "trukke" | "withdrawn" => "WITHDRAWN",
        "utbetalt" | "delvis utbetalt" | "paid" => "PAID",
        "tilbakebetalt" | "repaid" => "REPAID",
        "i program" | "i programmet" | "inngår i programmet" | "in_programme" => "IN_PROGRAMME",
        _ => return None,
    })
}

/// The target group that a word most likely means.
pub fn target_group(word: &str) -> Option<&'static str> {
    Some(match fold(word).as_str() {
        "barn og unge" | "barn" | "unge" | "ungdom" | "children_and_young" => "CHILDREN_AND_YOUNG",
        "voksne" | "vaksne" | "adults" => "ADULTS",
        "alle" | "all" => "ALL",
        "andre" | "annet" | "other" => "OTHER",
        _ => return None,
    })
}
