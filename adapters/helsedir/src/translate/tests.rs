//! Promise: what the system's words mean is told as they mean it, and what means nothing is refused with its reason.

use super::*;

#[expect(clippy::unnecessary_wraps, reason = "an element that is there")]
fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

/// An item with what it must have and nothing more.
fn bare() -> Tilsagn {
    Tilsagn {
        archive_reference: some("AR1"),
        saks_nr: some("21/1"),
        budsjettaar: some("2021"),
        vedtak: some("HEL"),
        ..Tilsagn::default()
    }
}

fn read(change: impl FnOnce(&mut Tilsagn)) -> Result<Record, String> {
    let mut item = bare();
    change(&mut item);
    record(&item)
}

fn award_of(change: impl FnOnce(&mut Tilsagn)) -> AwardStatement {
    match read(change).expect("a good item").content {
        Content::Award(award) => award,
        other => panic!("no award: {other:?}"),
    }
}

#[test]
fn an_item_needs_four_elements_and_no_more() {
    let award = award_of(|_| {});
    assert_eq!(
        (award.post, award.activity, award.target_group),
        (BudgetPost::new(765, 60), None, None)
    );
    assert_eq!(
        (award.applied, award.granted, award.paid),
        (Figure::NotDelivered, Figure::NotDelivered, Figure::NotDelivered)
    );
    assert_eq!(
        (award.payer, award.decided_on, award.use_from, award.use_until),
        (None, None, None, None)
    );
    for (change, reason) in [
        (
            (|item| item.archive_reference = None) as fn(&mut Tilsagn),
            "ArchiveReference is missing",
        ),
        (|item| item.saks_nr = None, "SaksNr is missing"),
        (|item| item.budsjettaar = None, "Budsjettaar is missing"),
        (|item| item.vedtak = None, "Vedtak is missing"),
        (|item| item.repeated = some("Vedtak"), "Vedtak stands twice"),
    ] {
        assert_eq!(read(change), Err(reason.to_owned()));
    }
}

#[test]
fn every_word_has_its_one_meaning() {
    use AwardStatus::{Applied, Dismissed, Granted, InProgramme, Paid, Refused, Repaid, Withdrawn};
    let statuses = [
        "MOTTATT",
        "HEL",
        "DELVIS",
        "AVSLAG",
        "AVVIST",
        "TRUKKET",
        "UTBETALT",
        "TILBAKEBETALT",
        "PROGRAM",
    ];
    let statuses = statuses.map(|word| award_of(|item| item.vedtak = some(word)).status);
    assert_eq!(
        statuses,
        [
            Applied,
            Granted,
            Granted,
            Refused,
            Dismissed,
            Withdrawn,
            Paid,
            Repaid,
            InProgramme
        ]
    );
    let groups = ["BARN_UNGE", "VOKSNE", "FELLES"].map(|word| award_of(|item| item.ordning = some(word)).target_group);
    assert_eq!(
        groups,
        [TargetGroup::ChildrenAndYoung, TargetGroup::Adults, TargetGroup::All].map(Some)
    );
    for word in ["hel", "INNVILGET", "HEL DELVIS", "?"] {
        assert_eq!(
            read(|item| item.vedtak = some(word)),
            Err(format!("Vedtak \"{word}\" is none that is known"))
        );
        assert_eq!(
            read(|item| item.ordning = some(word)),
            Err(format!("Ordning \"{word}\" is none that is known"))
        );
    }
}

#[test]
fn a_missing_half_of_the_post_is_not_guessed() {
    let post = |chapter: Option<&str>, post: Option<&str>| {
        read(|item| {
            item.kapittel = chapter.map(str::to_owned);
            item.post = post.map(str::to_owned);
        })
        .map(|record| match record.content {
            Content::Award(award) => award.post.to_string(),
            other => panic!("no award: {other:?}"),
        })
    };
    for (chapter, half) in [
        (None, None),
        (Some("765"), None),
        (None, Some("60")),
        (Some("0765"), Some("60")),
    ] {
        assert_eq!(post(chapter, half), Ok("765.60".to_owned()));
    }
    assert_eq!(post(Some("0231"), Some("63")), Ok("231.63".to_owned()));
    assert_eq!(post(Some("0231"), None), Err("Post is missing".to_owned()));
    assert_eq!(post(None, Some("62")), Err("Kapittel is missing".to_owned()));
    assert_eq!(
        post(Some("kap. 765"), Some("60")),
        Err("Kapittel \"kap. 765\" and Post \"60\" are no budget post".to_owned())
    );
}

#[test]
fn amounts_are_exact_or_refused() {
    let granted = |text: &str| {
        read(|item| item.innvilget_beloep = some(text)).map(|record| match record.content {
            Content::Award(award) => award.granted.stated().map(Ore::get),
            other => panic!("no award: {other:?}"),
        })
    };
    for (text, ore) in [
        ("0.1", 10),
        ("1234567.89", 123_456_789),
        ("0", 0),
        ("0.00", 0),
        ("-5.5", -550),
        ("1250000.0000", 125_000_000),
    ] {
        assert_eq!(granted(text), Ok(Some(ore)), "{text}");
    }
    for (text, what) in [
        ("1250000,00", "is no amount in kroner"),
        ("1 250 000", "is no amount in kroner"),
        ("1.25E6", "is no amount in kroner"),
        ("1e3", "is no amount in kroner"),
        ("NaN", "is no amount in kroner"),
        ("0.005", "has a part smaller than one øre"),
        ("90071992547409.92", "is out of range"),
    ] {
        assert_eq!(granted(text), Err(format!("InnvilgetBeloep \"{text}\" {what}")));
    }
    let most = || Utbetaling {
        beloep: some("90071992547409.91"),
        ..Utbetaling::default()
    };
    assert_eq!(
        read(|item| item.utbetalinger = Some(vec![most(), most()])),
        Err("the sum of Utbetalinger is out of range".to_owned())
    );
}

#[test]
fn dates_and_times_are_read_to_the_letter() {
    for text in [
        "2021-04-29T13:05:00Z",
        "2021-04-29T13:05:00+02:00",
        "2021-04-29",
        "2021-04-29T13:05",
        "2021-04-29 13:05:00",
        "2021-02-29T00:00:00",
    ] {
        assert_eq!(
            read(|item| item.endret = some(text)),
            Err(format!("Endret \"{text}\" is no local date and time"))
        );
        assert_eq!(
            read(|item| item.vedtaks_dato = some(text)),
            Err(format!("VedtaksDato \"{text}\" is no local date and time"))
        );
    }
    for text in [
        "2021-05-01T00:00:00",
        "2021-05-01Z",
        "20210501",
        "01.05.2021",
        "2021-13-01",
        "2021-5-1",
        "+021-05-01",
    ] {
        assert_eq!(
            read(|item| item.bruk_til = some(text)),
            Err(format!("BrukTil \"{text}\" is no date"))
        );
    }
    let backwards = read(|item| (item.bruk_fra, item.bruk_til) = (some("2021-05-02"), some("2021-05-01")));
    assert_eq!(
        backwards,
        Err("BrukTil: 2021-05-01 lies before BrukFra, 2021-05-02".to_owned())
    );
    for text in ["21", "20210", "0021", "2021/22", "+021", "-021"] {
        assert_eq!(
            read(|item| item.budsjettaar = some(text)),
            Err(format!("Budsjettaar \"{text}\" is no year"))
        );
    }
    assert_eq!(
        award_of(|item| item.vedtaks_dato = some("2021-12-31T23:59:59.999")).decided_on,
        Some(jiff::civil::date(2021, 12, 31))
    );
}

#[test]
fn a_later_local_time_is_a_greater_revision_and_the_instant_is_norwegian() {
    let changed = |text: &str| {
        read(|item| item.endret = some(text))
            .map(|record| (record.revision, record.changed_at.map(|at| at.to_string())))
    };
    let instant = |text: &str| changed(text).expect("a time").1.expect("an instant");
    assert_eq!(instant("2021-01-29T13:05:00"), "2021-01-29T12:05:00Z");
    assert_eq!(instant("2021-04-29T13:05:00.25"), "2021-04-29T11:05:00.25Z");
    // The autumn hour that comes twice, and the spring hour that is skipped.
    assert_eq!(instant("2021-10-31T02:30:00"), "2021-10-31T00:30:00Z");
    assert_eq!(instant("2021-03-28T02:30:00"), "2021-03-28T01:30:00Z");
    let revisions = [
        "2021-10-31T02:59:59",
        "2021-10-31T02:59:59.000001",
        "2021-10-31T03:00:00",
    ]
    .map(|text| changed(text).expect("a time").0);
    assert!(revisions.is_sorted() && revisions[0] < revisions[1] && revisions[1] < revisions[2]);
    assert_eq!(
        read(|_| {}).map(|record| (record.revision, record.changed_at)),
        Ok((None, None))
    );
}

#[test]
fn a_bad_item_tells_what_can_be_read_from_it_and_no_more_than_fits() {
    let item = Tilsagn {
        endret: some("2021-04-29T13:05:00"),
        kapittel: some("x"),
        ordning: some("VOKSNE"),
        mottaker_kommune_nr: some("0301"),
        soekt_beloep: some(&"æ".repeat(10_000)),
        ..bare()
    };
    let aside = set_aside(&item, record(&item).expect_err("bad"));
    assert_eq!(aside.record, Some(RecordId::new("21/1")));
    assert_eq!(
        aside.revision,
        record(&Tilsagn {
            endret: item.endret.clone(),
            ..bare()
        })
        .expect("good")
        .revision
    );
    assert_eq!(
        (aside.place.as_str(), aside.post, aside.activity.as_deref(), aside.year),
        ("archive reference AR1", None, Some("VOKSNE"), Some(2021))
    );
    assert_eq!(aside.recipient.number.as_deref(), Some("0301"));
    assert!(aside.reason.chars().count() <= 200, "{}", aside.reason);
    let long = Tilsagn {
        soekt_beloep: item.soekt_beloep,
        ..bare()
    };
    assert_eq!(
        record(&long),
        Err(format!(
            "SoektBeloep \"{}…\" is no amount in kroner",
            "æ".repeat(MOST_QUOTED)
        ))
    );
}
