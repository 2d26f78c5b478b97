//! Promise: a pasted or uploaded list is answered line by line as the guard answers each; a line that cannot be read is named with its
//! reason; nothing is claimed; and one that is too large is refused by a page.

use std::fmt::Write;

use super::browser::{Office, Page};
use super::{BAMBLE, NAV, claims, entries, office};
use crate::guard::clients::{Caller, input};
use crate::world::World;

const PATH: &str = "/for-vedtak/liste";
const BOUNDARY: &str = "skille";

/// Oslo, an amount that is none, Bamble of which a spreadsheet ate the zero, Bamble by both, nobody's number, and a formula.
const LIST: &str = "Søker;Kommunenr;Org.nr;Ordning;År;Beløp (kr);Målgruppe;Saksnr\r
Oslo;;958935420;621.63;2021;750 000,50;;21/1\r
Bergen;4601;;621.63;2021;mye;;21/2\r
Bamble;814;;621.63;2021;1000;;21/3\r
Bamble;814;940244145;621.63;2021;1000;Barn og unge;21/4\r
Ingen;;123456789;621.63;2021;1000;;21/5\r
Oslo;;958935420;621.63;2021;0;;=21/6<script>\r
";

fn parts(fields: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        let file = if *name == "fil" {
            "; filename=\"liste.csv\"\r\nContent-Type: text/csv"
        } else {
            ""
        };
        body.extend_from_slice(
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n").as_bytes(),
        );
        body.extend_from_slice(value);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    body
}

async fn sent(office: &Office, fields: &[(&str, &[u8])]) -> Page {
    office
        .upload(
            PATH,
            &format!("multipart/form-data; boundary={BOUNDARY}"),
            parts(fields),
        )
        .await
}

/// The rows of the answer: line, outcome and what is said of it.
fn rows(page: &Page) -> Vec<String> {
    let rows = page.text.split("<tr class=\"told").skip(1);
    rows.map(|row| {
        let row = row.split("</tr>").next().unwrap_or_default();
        let text: String = row
            .split('<')
            .map(|part| part.split_once('>').map_or("", |(_, text)| text))
            .collect::<Vec<_>>()
            .join(" ");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    })
    .collect()
}

fn check_rows(page: &Page) {
    assert_eq!(page.status, 200, "{}", page.text);
    let rows = rows(page);
    assert_eq!(rows.len(), 6, "{rows:#?}");
    for (row, (line, said)) in rows.iter().zip([
        ("2 958935420 621.63 Klart", ""),
        (
            "3 4601 621.63 Kan ikke leses",
            "«Beløp (kr)»: «mye» er ikke et entydig beløp i kroner",
        ),
        ("4 814 621.63 Kan ikke leses", "har mistet nullen foran"),
        ("5 940244145/814 621.63 Stanset", ""),
        (
            "6 123456789 621.63 Kan ikke leses",
            "organisasjonsnummeret er ikke ni sifre",
        ),
        ("7 958935420 621.63 Kan ikke leses", "beløpet er ikke over null"),
    ]) {
        assert!(row.starts_with(line) && row.contains(said), "{row} / {line} {said}");
    }
}

#[tokio::test]
async fn a_list_is_answered_line_by_line_and_nothing_is_claimed() {
    let (world, nav) = office(NAV).await;
    let written = entries(&world).await;
    let uploaded = sent(
        &nav,
        &[("liste", b""), ("fil", LIST.as_bytes()), ("aar", b""), ("ordning", b"")],
    )
    .await;
    check_rows(&uploaded);
    let windows = encoding_rs::WINDOWS_1252.encode(LIST).0.into_owned();
    check_rows(&sent(&nav, &[("fil", &windows)]).await);
    let pasted = sent(&nav, &[("liste", LIST.as_bytes()), ("fil", b"")]).await;
    check_rows(&pasted);
    assert!(
        pasted.holds("Oslo;;958935420") && !pasted.holds("<script"),
        "what was pasted stays, as text"
    );
    assert!(
        uploaded.holds("Klart: 1") && uploaded.holds("Kan ikke leses: 4"),
        "a count of each"
    );
    assert_eq!(entries(&world).await, written);
    assert!(claims(&world).await.is_empty());
    // The whole answer is one click away, and is the interface's.
    let link = uploaded
        .text
        .split("href=\"/for-vedtak?")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("a link");
    let whole = nav.page(&format!("/for-vedtak?{}", link.replace("&#38;", "&"))).await;
    assert!(whole.holds("750000,50") && whole.holds("Klart"));
    let check = Caller::new(&world, "889640782/robot")
        .check(&input("621.63", BAMBLE, 2021))
        .await;
    assert_ne!(check["outcome"], "CLEAR");
}

#[tokio::test]
async fn what_no_line_says_the_form_says_for_all() {
    let (_world, nav) = office(NAV).await;
    let list = b"orgnr;belop\n958935420;1000\n";
    let page = sent(&nav, &[("liste", list), ("aar", b"2021"), ("ordning", b"621.63")]).await;
    assert!(rows(&page)[0].starts_with("2 958935420 621.63 Klart"), "{}", page.text);
    for (fields, said) in [
        (
            &[("liste", &list[..]), ("ordning", b"621.63")][..],
            "ingen kolonne for året",
        ),
        (&[("liste", &list[..]), ("aar", b"2021")], "ingen kolonne for ordningen"),
        (
            &[("liste", &list[..]), ("aar", b"i fjor")],
            "Tilskuddsåret er ikke et år",
        ),
        (&[("liste", b""), ("fil", b"")], "Den er tom"),
        (&[("liste", &list[..]), ("fil", &list[..])], "Velg én av delene"),
        (
            &[("liste", b"orgnr;organisasjonsnummer;belop;aar;ordning\n")],
            "to kolonner for det samme",
        ),
        (&[("liste", b"orgnr;belop;aar;ordning\n\"1;2\n")], "går ikke opp"),
    ] {
        let page = sent(&nav, fields).await;
        assert!(
            page.status == 200 && page.holds("role=\"alert\"") && page.holds(said),
            "{said}: {}",
            page.text
        );
    }
}

fn long(lines: usize) -> String {
    let mut list = "orgnr;belop;aar;ordning\n".to_owned();
    for _ in 0..lines {
        writeln!(list, "958935420;1000;2021;621.63").expect("a string");
    }
    list
}

#[tokio::test]
async fn as_many_lines_as_the_interface_answers_are_answered_and_more_are_refused() {
    let (_world, nav) = office(NAV).await;
    let page = sent(&nav, &[("fil", long(500).as_bytes())]).await;
    assert_eq!((page.status, rows(&page).len()), (200, 500));
    assert!(page.text.len() < 400_000, "{}", page.text.len());
    let page = sent(&nav, &[("fil", long(501).as_bytes())]).await;
    assert!(page.status == 200 && page.holds("501 linjer") && rows(&page).is_empty());
}

async fn too_large(world: &World, page: &Page) {
    assert_eq!(page.status, 413);
    assert!(
        page.holds("<!doctype html>") && page.holds("høyst 1 MiB"),
        "{}",
        page.text
    );
    assert!(
        page.headers["content-type"]
            .to_str()
            .expect("text")
            .starts_with("text/html")
    );
    assert!(
        page.headers["content-security-policy"]
            .to_str()
            .expect("text")
            .starts_with("default-src 'self'")
    );
    assert!(claims(world).await.is_empty());
}

#[tokio::test]
async fn one_over_a_mebibyte_is_refused_by_a_page_and_no_other_address_takes_files() {
    let (world, nav) = office(NAV).await;
    let large = vec![b'x'; (1 << 20) + 1];
    too_large(&world, &sent(&nav, &[("fil", &large)]).await).await;
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    for path in [
        "/for-vedtak",
        "/krav/krav-0",
        "/dobbeltfinansiering/sak-0",
        "/valg/sprak",
    ] {
        let page = nav.upload(path, &kind, parts(&[("fil", LIST.as_bytes())])).await;
        assert!(
            (400..500).contains(&page.status) && page.holds("<!doctype html>"),
            "{path}: {}",
            page.status
        );
    }
    let elsewhere = nav
        .upload("/for-vedtak", "application/x-www-form-urlencoded", large.clone())
        .await;
    assert!(
        elsewhere.status == 413 && elsewhere.holds("REQUEST_TOO_LARGE"),
        "{}",
        elsewhere.text
    );
    let graphql = nav.upload("/graphql", "application/json", large).await;
    assert_eq!(graphql.status, 413);
    // Just below it is read.
    let mut list = LIST.as_bytes().to_vec();
    list.resize((1 << 20) - 1000, b'\n');
    check_rows(&sent(&nav, &[("fil", &list)]).await);
}

#[tokio::test]
async fn whom_the_interface_refuses_gets_no_answers() {
    let world = crate::guard::clients::heard().await;
    for body in [BAMBLE, "310240052"] {
        let page = sent(&Office::at(&world, body), &[("liste", LIST.as_bytes())]).await;
        assert_eq!(page.status, 403, "{body}");
    }
    let forged = Office::at(&world, NAV);
    let page = forged
        .upload(PATH, "application/x-www-form-urlencoded", b"liste=x".to_vec())
        .await;
    assert!(page.status == 400 && page.holds("<!doctype html>"));
}
