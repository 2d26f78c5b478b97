//! What of the overview is shown, and in which order: all of it stands in the address.

use std::cmp::Reverse;

use serde::Deserialize;

use super::rows::PlaceEntry;

/// How many municipalities a page has, unless all are wanted.
const ROWS: usize = 50;
const ALL: &str = "alle";

/// What stands in the address.
#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub struct Choice {
    /// The county governor's organisation number, or `alle`.
    pub fylke: String,
    /// `alle`, or `deltakere`.
    pub utvalg: String,
    pub aar: String,
    /// A scheme's id.
    pub ordning: String,
    /// `hull`, or `saker`.
    pub vis: String,
    pub tekst: String,
    pub sorter: String,
    /// `alle` on one page.
    pub rader: String,
    pub side: usize,
}

impl Choice {
    /// With what follows from who asks, where the address leaves it open: a county governor begins with its own county, and with all of it.
    pub fn completed(mut self, own_county: Option<&str>) -> Self {
        if self.fylke.is_empty() {
            own_county.unwrap_or(ALL).clone_into(&mut self.fylke);
        }
        if self.utvalg.is_empty() {
            let chosen = if self.fylke == ALL { "deltakere" } else { ALL };
            chosen.clone_into(&mut self.utvalg);
        }
        self
    }

    pub fn has_year(&self, year: i16) -> bool {
        self.aar.is_empty() || self.aar == year.to_string()
    }

    pub fn has_scheme(&self, id: &str) -> bool {
        self.ordning.is_empty() || self.ordning == id
    }

    pub fn admits(&self, entry: &PlaceEntry) -> bool {
        let governor = entry.place.county_governor.as_ref();
        let county = governor.map(|governor| governor.organisation_number.as_str());
        let wanted = self.tekst.trim().to_lowercase();
        (self.fylke == ALL || county == Some(self.fylke.as_str()))
            && (self.utvalg == ALL || entry.takes_part)
            && (self.vis != "hull" || entry.gaps > 0)
            && (self.vis != "saker" || entry.cases > 0)
            && (wanted.is_empty() || entry.searched().to_lowercase().contains(&wanted))
    }

    pub fn sort(&self, entries: &mut [PlaceEntry]) {
        entries.sort_by(|one, other| one.order.cmp(&other.order));
        match self.sorter.as_str() {
            "nummer" => entries.sort_by(|one, other| one.place.number.cmp(&other.place.number)),
            "sum" => entries.sort_by_key(|entry| Reverse(entry.known_total)),
            "utbetalt" => entries.sort_by_key(|entry| Reverse(entry.known_paid)),
            "andel" => entries.sort_by_key(|entry| Reverse(entry.paid_share)),
            "hull" => entries.sort_by_key(|entry| Reverse(entry.gaps)),
            "saker" => entries.sort_by_key(|entry| Reverse(entry.cases)),
            _ => {}
        }
    }

    /// Which rows this page has, of so many.
    pub fn page(&self, rows: usize) -> std::ops::Range<usize> {
        if self.rader == ALL {
            return 0..rows;
        }
        let from = self.side.saturating_mul(ROWS).min(rows);
        from..from.saturating_add(ROWS).min(rows)
    }

    /// The page before the one that begins there; of one beyond the end, the last.
    pub const fn previous(from: usize) -> Option<usize> {
        if from == 0 { None } else { Some((from - 1) / ROWS) }
    }

    /// The address of the same list, of another page of it.
    pub fn address(&self, page: usize, per: Option<&str>) -> String {
        let page = Some(page).filter(|page| *page > 0).map(|page| page.to_string());
        self.query(&self.rader, page.as_deref(), per)
    }

    /// The address of the whole list on one page.
    pub fn whole(&self, per: Option<&str>) -> String {
        self.query(ALL, None, per)
    }

    fn query(&self, rows: &str, page: Option<&str>, per: Option<&str>) -> String {
        let pairs = [
            ("fylke", self.fylke.as_str()),
            ("utvalg", &self.utvalg),
            ("aar", &self.aar),
            ("ordning", &self.ordning),
            ("vis", &self.vis),
            ("tekst", &self.tekst),
            ("sorter", &self.sorter),
            ("rader", rows),
            ("side", page.unwrap_or_default()),
            ("per", per.unwrap_or_default()),
        ];
        let mut query = form_urlencoded::Serializer::for_suffix(String::from("?"), 1);
        query.extend_pairs(pairs.iter().filter(|(_, value)| !value.is_empty()));
        query.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pages_are_the_whole_and_each_row_stands_on_one() {
        for rows in [0, 1, 49, 50, 51, 357] {
            let mut seen = Vec::new();
            for side in 0..10 {
                let choice = Choice {
                    side,
                    ..Choice::default()
                };
                seen.extend(choice.page(rows));
            }
            assert_eq!(seen, (0..rows).collect::<Vec<_>>());
            let whole = Choice {
                rader: ALL.to_owned(),
                ..Choice::default()
            };
            assert_eq!(whole.page(rows), 0..rows);
        }
        let far = Choice {
            side: usize::MAX,
            ..Choice::default()
        };
        assert!(far.page(357).is_empty());
    }

    #[test]
    fn a_governor_begins_with_its_county_and_whoever_else_with_the_participants() {
        let own = Choice::default().completed(Some("974762501"));
        assert_eq!((own.fylke.as_str(), own.utvalg.as_str()), ("974762501", ALL));
        let all = Choice::default().completed(None);
        assert_eq!((all.fylke.as_str(), all.utvalg.as_str()), (ALL, "deltakere"));
    }

    #[test]
    fn what_is_chosen_stands_in_the_address() {
        let choice = Choice {
            tekst: "nord & sør".to_owned(),
            ..Choice::default().completed(None)
        };
        assert_eq!(
            choice.address(2, Some("2021-06-01")),
            "?fylke=alle&utvalg=deltakere&tekst=nord+%26+s%C3%B8r&side=2&per=2021-06-01"
        );
    }
}
