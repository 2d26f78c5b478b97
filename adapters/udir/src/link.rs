//! The `Link` header (RFC 8288 § 3), as far as finding the next page goes.

use reqwest::header::{HeaderMap, LINK};

/// The header is not what RFC 8288 allows.
#[derive(Debug, PartialEq, Eq)]
pub struct BadLink;

/// The target of the first link whose relations include `next`.
pub fn next(headers: &HeaderMap) -> Result<Option<String>, BadLink> {
    for value in headers.get_all(LINK) {
        let mut rest = value.to_str().map_err(|_| BadLink)?;
        loop {
            rest = rest.trim_start_matches([' ', '\t', ',']);
            if rest.is_empty() {
                break;
            }
            let (link, after) = read_link(rest)?;
            if link.is_next {
                return Ok(Some(link.target.to_owned()));
            }
            rest = after;
        }
    }
    Ok(None)
}

struct Link<'a> {
    target: &'a str,
    is_next: bool,
}

/// Reads `<target>` and its parameters, up to the comma that ends the link.
fn read_link(text: &str) -> Result<(Link<'_>, &str), BadLink> {
    let (target, mut rest) = text
        .strip_prefix('<')
        .and_then(|text| text.split_once('>'))
        .ok_or(BadLink)?;
    let mut relations: Option<String> = None;
    loop {
        rest = rest.trim_start_matches([' ', '\t']);
        if rest.is_empty() || rest.starts_with(',') {
            let is_next =
                relations.is_some_and(|all| all.split_ascii_whitespace().any(|one| one.eq_ignore_ascii_case("next")));
            return Ok((
                Link {
                    target: target.trim(),
                    is_next,
                },
                rest,
            ));
        }
        let (name, value, after) = read_parameter(rest.strip_prefix(';').ok_or(BadLink)?)?;
        if name.eq_ignore_ascii_case("rel") {
            // Of several, the first counts (RFC 8288 § 3.3).
            relations = relations.or(Some(value));
        }
        rest = after;
    }
}

/// Reads `name=value`, `name="value"` or `name`, up to the next semicolon or comma.
fn read_parameter(text: &str) -> Result<(&str, String, &str), BadLink> {
    let end = text.find(['=', ';', ',']).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let Some(value) = rest
        .strip_prefix('=')
        .map(|value| value.trim_start_matches([' ', '\t']))
    else {
        return Ok((name.trim(), String::new(), rest));
    };
    if let Some(quoted) = value.strip_prefix('"') {
        return read_quoted(quoted).map(|(value, rest)| (name.trim(), value, rest));
    }
    let (value, rest) = value.split_at(value.find([';', ',']).unwrap_or(value.len()));
    Ok((name.trim(), value.trim().to_owned(), rest))
}

/// Reads what stands before the closing quotation mark; a backslash takes the next character as it is.
fn read_quoted(text: &str) -> Result<(String, &str), BadLink> {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((index, character)) = characters.next() {
        match character {
            '"' => return Ok((value, &text[index + 1..])),
            '\\' => value.push(characters.next().ok_or(BadLink)?.1),
            other => value.push(other),
        }
    }
    Err(BadLink)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use reqwest::header::HeaderValue;

    use super::*;

    fn next_of(values: &[&str]) -> Result<Option<String>, BadLink> {
        let value = |text: &&str| (LINK, HeaderValue::from_str(text).expect("a header"));
        next(&values.iter().map(value).collect())
    }

    #[test]
    fn the_next_page_is_found_however_it_is_written() {
        let page_2 = Ok(Some("/v1/tildelinger?aar=2021&side=2&antall=100".to_owned()));
        for value in [
            "</v1/tildelinger?aar=2021&side=2&antall=100>; rel=\"next\"",
            "</v1/tildelinger?aar=2021&side=2&antall=100>;rel=next",
            "</v1/tildelinger?aar=2021&side=2&antall=100> ; title=\"a, b; rel=prev\" ; REL=\"last Next\"",
            "</a,b;c>; rel=first, </v1/tildelinger?aar=2021&side=2&antall=100>; rel = next ; type=\"application/json\"",
            "</first>; rel=\"first\"; title=\"\\\"next\\\"\", </v1/tildelinger?aar=2021&side=2&antall=100>; crossorigin; rel=\"next\"",
            ",, </v1/tildelinger?aar=2021&side=2&antall=100>; rel=next; rel=prev,",
        ] {
            assert_eq!(next_of(&[value]), page_2, "{value}");
        }
        assert_eq!(
            next_of(&[
                "</1>; rel=first",
                "</v1/tildelinger?aar=2021&side=2&antall=100>; rel=next"
            ]),
            page_2
        );
    }

    #[test]
    fn without_a_link_to_it_there_is_no_next_page() {
        for value in [
            "",
            "</1>; rel=prev",
            "</1>; rel=prev; rel=next",
            "</1>",
            "</1>; title=next",
            "</1>; rel=nextish",
            "</1>; rel",
        ] {
            assert_eq!(next_of(&[value]), Ok(None), "{value}");
        }
        assert_eq!(next_of(&[]), Ok(None));
    }

    #[test]
    fn a_broken_link_is_no_last_page() {
        for value in ["/2; rel=next", "</2; rel=next", "</2>; rel=\"next", "</2> rel=next"] {
            assert_eq!(next_of(&[value]), Err(BadLink), "{value}");
        }
    }

    proptest! {
        #[test]
        fn no_header_makes_the_reader_panic_or_hang(text in "[<>;,=\"\\\\ a-z/]{0,60}") {
            let _ = next_of(&[&text]);
        }
    }
}
