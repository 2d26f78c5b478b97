//! `[[scheme]]`: schemes that no programme file has.

use std::collections::HashSet;

use programgrant_schema::{BudgetPost, BudgetYears, Determination, GrantScheme, SchemeId};

use super::MappingError;
use super::keys::{Node, Section};

const SCHEMES: &str = "tables [[scheme]]";
const BUDGET: &str = "a list of [from, to, chapter, post], `to` being 0 while still in force";

pub(super) fn read_all(node: Option<Node<'_>>) -> Result<Vec<GrantScheme>, MappingError> {
    let (mut schemes, mut seen) = (Vec::new(), HashSet::new());
    let Some(node) = node else { return Ok(schemes) };
    for node in node.list(SCHEMES)? {
        let scheme = read(node.section(SCHEMES)?)?;
        if !seen.insert(scheme.id.clone()) {
            return Err(node.error(format!("scheme {:?} stands here twice", scheme.id.as_str())));
        }
        schemes.push(scheme);
    }
    Ok(schemes)
}

fn read(mut section: Section<'_>) -> Result<GrantScheme, MappingError> {
    let label = |section: &mut Section<'_>, key, what: &str| -> Result<String, MappingError> {
        section.required(key, what)?.label(what).map(str::to_owned)
    };
    let id = label(&mut section, "id", "the scheme's own key")?;
    let name = label(&mut section, "name_nb", "the scheme's name in bokmål")?;
    let ministry = label(&mut section, "ministry", "the ministry's name")?;
    let directorate = section.required("directorate", "an organisation number")?;
    let directorate = directorate
        .text("an organisation number")?
        .parse()
        .map_err(|error| directorate.error(format!("{error}; expected an organisation number")))?;
    let activity = section
        .take("activity")
        .map(|node| node.label("the word for the part of the post").map(str::to_owned));
    let budget = budget(&section.required("budget", BUDGET)?)?;
    let determined = section
        .required("determined", "\"rule\", \"invitation\" or \"discretionary\"")?
        .choice(&[
            ("rule", Determination::Rule),
            ("invitation", Determination::Invitation),
            ("discretionary", Determination::Discretionary),
        ])?;
    let activity = activity.transpose()?;
    section.finish()?;
    Ok(GrantScheme {
        id: SchemeId::new(id),
        name,
        ministry,
        directorate,
        sources: Vec::new(),
        activity,
        budget,
        determination: determined,
    })
}

fn budget(node: &Node<'_>) -> Result<Vec<BudgetYears>, MappingError> {
    let mut budget: Vec<BudgetYears> = Vec::new();
    for node in node.list(BUDGET)? {
        let numbers = node.list(BUDGET)?;
        let [from, to, chapter, post] = numbers.as_slice() else {
            return Err(node.error(format!("expected {BUDGET}")));
        };
        let number = |node: &Node<'_>, from, to, what| {
            let number = node.integer(from, to, what)?;
            Ok::<_, MappingError>(u16::try_from(number).unwrap_or(u16::MAX))
        };
        let year = |node: &Node<'_>, from| Ok::<_, MappingError>(number(node, from, 9999, "a year")?.cast_signed());
        let (from, to) = (year(from, 1000)?, year(to, 0)?);
        let post = BudgetPost::new(
            number(chapter, 1, 9999, "a chapter, 1 to 9999")?,
            number(post, 1, 99, "a post, 1 to 99")?,
        );
        let years = BudgetYears {
            from,
            to: (to != 0).then_some(to),
            post,
        };
        if years.to.is_some_and(|to| to < from) {
            return Err(node.error(format!("the years {from}–{to} run backwards")));
        }
        if budget.iter().any(|earlier| earlier.overlaps(&years)) {
            return Err(node.error(format!("two posts in {from}")));
        }
        budget.push(years);
    }
    if budget.is_empty() {
        return Err(node.error(format!("an empty list; expected {BUDGET}")));
    }
    Ok(budget)
}
