//! What the pages say, in the language of whoever reads: one Fluent file for each language, and the same keys in all of them.

use std::borrow::Borrow;
use std::fmt::Display;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use fluent_langneg::{NegotiationStrategy, negotiate_languages, parse_accepted_languages};
use strum::VariantArray;
use unic_langid::LanguageIdentifier;

/// A language of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, VariantArray)]
pub enum Language {
    Bokmaal,
    Nynorsk,
    English,
}

impl Language {
    /// Its subtag (BCP 47), as in `lang` and in the choice that is kept.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Bokmaal => "nb",
            Self::Nynorsk => "nn",
            Self::English => "en",
        }
    }

    /// What it calls itself.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bokmaal => "Bokmål",
            Self::Nynorsk => "Nynorsk",
            Self::English => "English",
        }
    }

    const fn file(self) -> &'static str {
        match self {
            Self::Bokmaal => include_str!("../../web/texts/nb.ftl"),
            Self::Nynorsk => include_str!("../../web/texts/nn.ftl"),
            Self::English => include_str!("../../web/texts/en.ftl"),
        }
    }

    /// The one of that subtag.
    pub fn of(tag: &str) -> Option<Self> {
        Self::VARIANTS.iter().copied().find(|language| language.tag() == tag)
    }

    /// The one that a header `Accept-Language` wants most; bokmål where it wants none of them.
    pub fn wanted(header: &str) -> Self {
        // Norwegian as such is bokmål to most.
        let wanted = parse_accepted_languages(&header.replace("no", "nb"));
        let known: Vec<LanguageIdentifier> = Self::VARIANTS.iter().map(|language| identifier(*language)).collect();
        let found = negotiate_languages(&wanted, &known, None, NegotiationStrategy::Lookup);
        found
            .first()
            .and_then(|found| Self::of(found.language.as_str()))
            .unwrap_or(Self::Bokmaal)
    }
}

fn identifier(language: Language) -> LanguageIdentifier {
    language.tag().parse().expect("a subtag")
}

static BUNDLES: LazyLock<Vec<FluentBundle<FluentResource>>> =
    LazyLock::new(|| Language::VARIANTS.iter().map(|language| bundle(*language)).collect());

fn bundle(language: Language) -> FluentBundle<FluentResource> {
    let resource = FluentResource::try_new(language.file().to_owned()).expect("texts that a test has read");
    let mut bundle = FluentBundle::new_concurrent(vec![identifier(language)]);
    // The marks would stand in figures that somebody copies.
    bundle.set_use_isolating(false);
    bundle.add_resource(resource).expect("each text once");
    bundle
}

/// The texts of one language.
#[derive(Debug, Clone, Copy)]
pub struct Texts(pub Language);

impl Texts {
    pub const fn language(self) -> Language {
        self.0
    }

    /// A text; the key itself where there is none, which a test rules out for those that stand in the pages.
    pub fn say(self, key: &str) -> String {
        self.format(key, None)
    }

    /// A text with one thing put in.
    pub fn with(self, key: &str, name: &str, value: impl Display) -> String {
        self.fill(key, &[(name, value.to_string())])
    }

    /// A text with several.
    pub fn fill(self, key: &str, values: &[(&str, String)]) -> String {
        let mut arguments = FluentArgs::new();
        for (name, value) in values {
            arguments.set(*name, FluentValue::from(value.clone()));
        }
        self.format(key, Some(&arguments))
    }

    /// A text that speaks of how many there are: the language decides between one and several.
    pub fn count(self, key: &str, count: impl Borrow<usize>) -> String {
        let mut arguments = FluentArgs::new();
        arguments.set("count", FluentValue::from(*count.borrow()));
        self.format(key, Some(&arguments))
    }

    /// What a code of the interface is called, such as `status` and `GRANTED`; the code where it has no name yet.
    pub fn code(self, family: &str, code: &str) -> String {
        let key = format!("{family}-{code}");
        let text = self.say(&key);
        if text == key { code.to_owned() } else { text }
    }

    fn format(self, key: &str, arguments: Option<&FluentArgs<'_>>) -> String {
        let bundle = &BUNDLES[self.0 as usize];
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            return key.to_owned();
        };
        bundle.format_pattern(pattern, arguments, &mut Vec::new()).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    fn keys(language: Language) -> BTreeSet<String> {
        let lines = language.file().lines();
        let starts = lines.filter_map(|line| line.split_once(" ="));
        starts
            .map(|(key, _)| key.to_owned())
            .filter(|key| key.starts_with(|sign: char| sign.is_ascii_alphabetic()) && !key.contains(' '))
            .collect()
    }

    /// Keys that stand in a template or in the pages' Rust, by the calls that take one.
    fn asked_for() -> BTreeSet<String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut folders = vec![root.join("web/templates"), root.join("src/pages")];
        let mut found = BTreeSet::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let text = std::fs::read_to_string(&path).expect("text");
                for call in [".say(\"", ".with(\"", ".fill(\"", ".count(\""] {
                    found.extend(
                        text.split(call)
                            .skip(1)
                            .filter_map(|rest| rest.split('"').next())
                            .map(str::to_owned),
                    );
                }
            }
        }
        found
    }

    #[test]
    fn each_language_has_the_same_texts_and_none_is_missing() {
        let bokmaal = keys(Language::Bokmaal);
        for language in Language::VARIANTS {
            assert_eq!(keys(*language), bokmaal, "{language:?}");
            let bundle = &BUNDLES[*language as usize];
            for key in &bokmaal {
                let text = bundle.get_message(key).and_then(|message| message.value());
                assert!(text.is_some(), "{language:?}: {key}");
            }
        }
        let missing: Vec<String> = asked_for().difference(&bokmaal).cloned().collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn the_browsers_language_is_taken_and_bokmaal_where_it_has_none_of_ours() {
        for (header, language) in [
            ("nn-NO,nn;q=0.9,nb;q=0.8", Language::Nynorsk),
            ("no", Language::Bokmaal),
            ("no-NO,en;q=0.5", Language::Bokmaal),
            ("en-GB,en;q=0.9", Language::English),
            ("de", Language::Bokmaal),
            ("", Language::Bokmaal),
        ] {
            assert_eq!(Language::wanted(header), language, "{header}");
        }
    }
}
