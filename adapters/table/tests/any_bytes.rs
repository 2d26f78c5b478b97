//! Promise: amounts of up to fifteen digits come back exact in every format that we write, and no bytes at all make a panic or half a list.

mod common;

use common::{HEADER, mapping_of, read};
use programgrant_schema::Ore;
use programgrant_table::{Mapping, Outcome};
use proptest::prelude::*;

fn mapping(format: &str) -> Mapping {
    mapping_of(&format!("format = \"{format}\""))
}

/// The list in that format: keys from 0, and the amounts in øre as applied for.
fn written(format: &str, amounts: &[i64]) -> String {
    let members = [
        "Saksnr",
        "År",
        "Orgnr",
        "Kommunenr",
        "Mottaker",
        "Status",
        "Søkt",
        "Tildelt",
    ];
    let kroner = |ore: &i64| Ore::new(*ore).expect("in range").to_string();
    let items: Vec<String> = amounts
        .iter()
        .enumerate()
        .map(|(key, ore)| {
            let values = [
                format!("\"{key}\""),
                "2021".to_owned(),
                "940244145".to_owned(),
                "\"0301\"".to_owned(),
                "\"Bø\"".to_owned(),
                "\"Innvilget\"".to_owned(),
                kroner(ore),
                "null".to_owned(),
            ];
            let members = members
                .iter()
                .zip(values)
                .map(|(name, value)| format!("\"{name}\":{value}"));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        })
        .collect();
    match format {
        "json" => format!("[{}]", items.join(",")),
        "ndjson" => items.iter().map(|item| item.clone() + "\n").collect(),
        _ => {
            let row = |(key, ore): (usize, &i64)| {
                format!(
                    "{key};2021;940244145;0301;Bø;Innvilget;{};\r\n",
                    kroner(ore).replace('.', ",")
                )
            };
            format!(
                "{HEADER}\r\n{}",
                amounts.iter().enumerate().map(row).collect::<String>()
            )
        }
    }
}

/// What was cut off, bent or joined in the past and must never make a panic or pass for a list.
const CORPUS: [(&str, &[u8]); 9] = [
    ("csv", b"Saksnr;\"\xc3"),
    ("csv", b"\xff\xfeS\0"),
    ("csv", b"Saksnr;\"a\r\n\"b;c"),
    ("json", b"[{\"Saksnr\":1e9999999999},"),
    ("json", b"[[[[[[[[[[[[[[[[[[[[[["),
    ("json", b"{\"a\":\"\\ud800\"}"),
    ("ndjson", b"{}\n{\"Saksnr\":}"),
    ("ndjson", b"\xef\xbb\xbf\xef\xbb\xbf{}"),
    ("xlsx", b"PK\x03\x04\x14\0\0\0\x08\0"),
];

#[test]
fn nothing_of_the_corpus_passes_for_a_list() {
    for (format, bytes) in CORPUS {
        assert!(read(&mapping(format), "", bytes).is_err(), "{format}: {bytes:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn amounts_of_fifteen_digits_come_back_exact(
        amounts in prop::collection::vec(-9_007_199_254_740_991_i64..=9_007_199_254_740_991, 1..12),
        format in prop::sample::select(vec!["csv", "json", "ndjson"]),
    ) {
        // Fifteen digits at most, of which two are øre.
        let amounts: Vec<i64> = amounts.iter().map(|ore| ore % 1_000_000_000_000_000).collect();
        let (rows, _) = read(&mapping(format), "", written(format, &amounts).as_bytes()).expect("a list");
        let came: Vec<Option<i64>> = rows.iter().map(|row| match &row.outcome {
            Outcome::Record(record) => match &record.content {
                programgrant_schema::Content::Award(award) => award.applied.stated().map(Ore::get),
                _ => None,
            },
            _ => None,
        }).collect();
        prop_assert_eq!(came, amounts.into_iter().map(Some).collect::<Vec<_>>());
    }

    #[test]
    fn half_of_a_json_list_is_none_and_half_of_a_csv_list_loses_no_row_before_the_cut(
        amounts in prop::collection::vec(0_i64..1_000_000, 1..6),
        format in prop::sample::select(vec!["json", "ndjson"]),
        cut in 1_usize..2_000,
    ) {
        let text = written(format, &amounts);
        let whole = text.trim_end().len();
        let cut = cut % whole;
        prop_assume!(cut > 0);
        let read = read(&mapping(format), "", &text.as_bytes()[..cut]);
        // Lines that are whole make a list of their own; only an ok-file, a trailer or a length tells that there were more.
        let at_line_end = format == "ndjson" && text.as_bytes()[cut - 1..=cut].contains(&b'\n');
        prop_assert!(read.is_err() || at_line_end, "{}", &String::from_utf8_lossy(&text.as_bytes()[..cut]));
    }

    #[test]
    fn no_bytes_make_a_panic(
        mut bytes in prop::collection::vec(any::<u8>(), 0..200),
        at in 0_usize..200,
        format in prop::sample::select(vec!["csv", "json", "ndjson", "xlsx"]),
        is_spliced in any::<bool>(),
    ) {
        if is_spliced {
            let mut text = written(format, &[1, -2, 3]).into_bytes();
            let at = at % text.len();
            text.splice(at..at, bytes);
            bytes = text;
        }
        if let Ok((rows, totals)) = read(&mapping(format), "", &bytes) {
            let counted = totals.records + totals.set_aside + totals.skipped + totals.repeated;
            prop_assert_eq!((totals.rows, counted), (u64::try_from(rows.len()).expect("few"), totals.rows));
        }
    }
}
