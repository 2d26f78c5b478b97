//! Text from callers and from files in one form, so that another Unicode form, a blank or a hidden character makes no other word of
//! it.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Compatibility-composed (NFKC), without blanks, control and format characters, every dash as `-`; case is kept.
pub fn plain(text: &str) -> String {
    let shown = text
        .nfkc()
        .filter(|letter| !(letter.is_whitespace() || letter.is_control() || is_invisible(*letter)));
    recomposed(shown.map(|letter| if is_dash(letter) { '-' } else { letter }))
}

/// A key such as a scheme's id, for comparison: plain and in lower case.
pub fn key(text: &str) -> String {
    plain(&fold(&plain(text)))
}

/// A word such as an activity, for comparison: letters and digits alone, in upper case; `None` where nothing is left.
pub fn word(text: &str) -> Option<String> {
    let upper = plain(&fold(&plain(text)).to_uppercase());
    let word = recomposed(upper.chars().filter(|letter| letter.is_alphanumeric()));
    (!word.is_empty()).then_some(word)
}

/// A name such as a case number, for showing and comparing: composed, runs of blanks as one, nothing hidden.
pub fn name(text: &str) -> Option<String> {
    let words: Vec<String> = text
        .nfkc()
        .collect::<String>()
        .split_whitespace()
        .map(plain)
        .filter(|word| !word.is_empty())
        .collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// A part of a name, for finding it: composed, in lower case, any dash as `-` without blanks around it, runs of blanks as one.
pub fn sought(text: &str) -> String {
    let name = name(&fold(text)).unwrap_or_default();
    fold(&name).split('-').map(str::trim).collect::<Vec<_>>().join("-")
}

/// The same without the marks on its letters, for those whose keyboard has no other: `å` is `a`, `š` is `s`, `ø` is `o`.
pub fn unmarked(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in sought(text).nfd().filter(|letter| !is_combining_mark(*letter)) {
        match letter {
            'ø' => plain.push('o'),
            'æ' => plain.push_str("ae"),
            'đ' | 'ð' => plain.push('d'),
            'ŋ' => plain.push('n'),
            'ŧ' => plain.push('t'),
            'ł' => plain.push('l'),
            letter => plain.push(letter),
        }
    }
    plain
}

/// Composed anew (NFC): where a character was left out, marks have met that Unicode orders, or a letter and its mark.
fn recomposed(letters: impl Iterator<Item = char>) -> String {
    letters.nfc().collect()
}

/// Letters that differ in case alone become one: some have a lower-case form only by way of the upper one, and one (`ẞ`) an upper-case
/// form only by way of the lower one.
fn fold(text: &str) -> String {
    text.to_lowercase().to_uppercase().to_lowercase()
}

const fn is_dash(letter: char) -> bool {
    matches!(
        letter,
        '\u{2010}'
            ..='\u{2015}'
                | '\u{2043}'
                | '\u{2212}'
                | '\u{2796}'
                | '\u{058a}'
                | '\u{05be}'
                | '\u{1400}'
                | '\u{1806}'
                | '\u{2e17}'
                | '\u{2e1a}'
                | '\u{2e3a}'
                | '\u{2e3b}'
                | '\u{2e40}'
                | '\u{301c}'
                | '\u{3030}'
                | '\u{30a0}'
                | '\u{fe31}'
                | '\u{fe32}'
                | '\u{fe58}'
                | '\u{fe63}'
                | '\u{ff0d}'
                | '\u{10ead}'
    )
}

/// Format characters and others that show nothing (Unicode: `Cf` and `Default_Ignorable_Code_Point`).
const fn is_invisible(letter: char) -> bool {
    matches!(
        letter,
        '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_looks_alike_is_alike() {
        for text in [
            "846-los",
            " 846–LOS ",
            "846\u{2011}Los",
            "8 4 6 \u{2212} l o s",
            "８４６－ｌｏｓ",
            "846-l\u{200b}o\u{ad}s",
            "846-lo\u{17f}",
        ] {
            assert_eq!(key(text), "846-los", "{text:?}");
        }
        for text in [
            "BARN_UNGE",
            "barn unge",
            "Barn-Unge",
            "barn\u{a0}unge\u{feff}",
            "ｂａｒｎ＿ｕｎｇｅ",
        ] {
            assert_eq!(word(text).as_deref(), Some("BARNUNGE"), "{text:?}");
        }
        assert_eq!(word("A\u{30a}pen skole"), word("Åpen skole"));
        assert_eq!(word(" \u{200b}–_ "), None);
        assert_eq!(key("STRA\u{1e9e}E"), key("strasse"));
        assert_eq!(word("\u{1e01b}[\u{8f0}"), word("\u{8f0}\u{1e01b}"));
        assert_eq!(word("A\u{200b}\u{30a}pen"), word("Åpen"));
        assert_eq!(name("  21/4711\u{a0}\u{200b} b ").as_deref(), Some("21/4711 b"));
    }

    #[test]
    fn a_name_is_sought_however_it_is_written() {
        for text in [
            "Gáivuotna - Kåfjord",
            "gáivuotna–kåfjord",
            "GÁIVUOTNA\u{a0}\u{2011} K\u{41}\u{30a}FJORD ",
            " Ga\u{301}ivuotna  \u{2014}\u{ad} Ka\u{30a}fjord",
        ] {
            assert_eq!(sought(text), "gáivuotna-kåfjord", "{text:?}");
            assert_eq!(unmarked(text), "gaivuotna-kafjord", "{text:?}");
        }
        assert_eq!(
            unmarked("Kárášjohka Porsáŋgu Sør-Odal Ærø Ŧeađđin"),
            "karasjohka porsangu sor-odal aero teaddin"
        );
        assert_eq!(
            (sought("\u{200b} "), sought("Nord  Odal")),
            (String::new(), "nord odal".to_owned())
        );
        assert_ne!(sought("Karlsøy"), sought("Karlsoy"));
    }

    #[test]
    fn other_scripts_digits_stay_what_they_are() {
        assert_eq!(plain("９４０ ２４４ １４５"), "940244145");
        assert_eq!(plain("٩٤٠"), "٩٤٠");
    }

    proptest! {
        #[test]
        fn one_form_is_one_form(text in "\\PC{0,40}") {
            for form in [plain, key, sought] {
                prop_assert_eq!(form(&form(&text)), form(&text));
            }
            if let Some(name) = name(&text) {
                prop_assert_eq!(super::name(&name), Some(name.clone()));
            }
            if let Some(word) = word(&text) {
                prop_assert_eq!(super::word(&word), Some(word.clone()));
            }
        }
    }
}
