//! The tour: what the guard does, step by step, over HTTP as a directorate's system would ask. Each step says what it expects,
//! and the tour ends where something else comes back.

use std::net::SocketAddr;

use anyhow::{Context, bail, ensure};
use serde_json::{Value, json};

use crate::app::Gateway;
use crate::output;

const UDIR: &str = "970018131/fagsystem";
const BUFDIR: &str = "986128433/fagsystem";
const COUNTY_GOVERNOR: &str = "974762501/avdelingsdirektor";
const HELSEDIR: &str = "983544622/avdelingsdirektor";

const CLAIM: &str = "claim { id state fence receipt awardReference verdict { outcome reasons { code message } } history { state } } errors { code message }";

/// A visitor with a voice.
struct Tour {
    http: reqwest::Client,
    url: String,
}

/// Walks through, and says what comes back.
pub async fn walk(address: SocketAddr, gateway: &Gateway) -> anyhow::Result<()> {
    let tour = Tour {
        http: reqwest::Client::new(),
        url: format!("http://{address}/graphql"),
    };
    output::line(format_args!(
        "\nThe tour. Amounts are made up; the programme, its rules and the bodies are real.\n"
    ))?;
    let receipt = tour.blocked_and_excepted().await?;
    tour.cleared_once(&receipt).await?;
    tour.found_where_nobody_asked().await?;
    tour.decided_by_the_programme().await?;
    tour.used_and_evaluated().await?;
    tour.left_to_a_person().await?;
    let sound = gateway.guard.store().verify(None).await?;
    let sound = sound.map_err(|flaw| anyhow::anyhow!("the audit chain: {flaw}"))?;
    let head = gateway.guard.sign(&sound.head);
    output::line(format_args!(
        "11. The audit chain holds {} entries, each bound to the one before it, and is sound. Its head, signed:\n   {head}\n",
        sound.entries
    ))?;
    Ok(())
}

impl Tour {
    /// A participant's LOS is blocked; two people from two bodies make an exception, and it is confirmed.
    async fn blocked_and_excepted(&self) -> anyhow::Result<String> {
        let denied = self.blocked().await?;
        self.excepted(&denied).await
    }

    async fn blocked(&self) -> anyhow::Result<Value> {
        let los = "scheme: \"846-los\", recipient: { municipalityNumber: \"3813\" }, year: 2022, amount: 60000000, caseReference: \"22/1017\"";
        let check = format!(
            "{{ fundingCheck(input: {{ {los} }}) {{ outcome reasons {{ code message rule {{ text source }} }} }} }}"
        );
        let verdict = self.ask(BUFDIR, &check).await?["fundingCheck"].clone();
        expect(&verdict["outcome"], "BLOCKED")?;
        output::line(format_args!(
            "1. Bufdir asks whether Bamble may get 600 000 kr for LOS in 2022: {}.",
            text(&verdict["outcome"])
        ))?;
        output::line(format_args!(
            "   {}\n   «{}» ({})\n",
            text(&verdict["reasons"][0]["message"]),
            text(&verdict["reasons"][0]["rule"]["text"]),
            text(&verdict["reasons"][0]["rule"]["source"])
        ))?;

        let asked = self
            .command(
                BUFDIR,
                "requestFunding",
                &format!("input: {{ {los} }}, idempotencyKey: \"tour-1\""),
            )
            .await?;
        expect(&asked["state"], "DENIED")?;
        output::line(format_args!(
            "2. It asks for leave all the same: the claim is {}, and stands in the chain.\n",
            text(&asked["state"])
        ))?;
        Ok(asked)
    }

    async fn excepted(&self, asked: &Value) -> anyhow::Result<String> {
        let case_for = "reason: \"Flommen i Bamble.\", legalBasis: \"bevilgningsreglementet § 11\"";
        let proposed = self
            .command(
                COUNTY_GOVERNOR,
                "proposeOverride",
                &format!("{}, {case_for}", fenced(asked)),
            )
            .await?;
        let alone = self
            .refused(
                COUNTY_GOVERNOR,
                "approveOverride",
                &format!("{}, reason: \"Enig.\"", fenced(&proposed)),
            )
            .await?;
        expect(&alone, "TWO_BODIES_REQUIRED")?;
        let approved = self
            .command(
                HELSEDIR,
                "approveOverride",
                &format!("{}, reason: \"Enig.\"", fenced(&proposed)),
            )
            .await?;
        expect(&approved["state"], "CLEARED")?;
        output::line(format_args!(
            "3. The county governor proposes an exception, may not approve it alone ({}), and Helsedirektoratet does: {}.\n",
            text(&alone),
            text(&approved["state"])
        ))?;

        let award = "awardReference: \"22/1017-4\"";
        let other = self
            .refused(
                BUFDIR,
                "confirmFunding",
                &format!("{}, {award}, awarded: 60000001", fenced(&approved)),
            )
            .await?;
        expect(&other, "AMOUNT_DIFFERS")?;
        let confirmed = self
            .command(
                BUFDIR,
                "confirmFunding",
                &format!("{}, {award}, awarded: 60000000", fenced(&approved)),
            )
            .await?;
        expect(&confirmed["state"], "CONFIRMED")?;
        output::line(format_args!(
            "4. One øre more than was cleared is refused ({}); the amount itself is {}.\n",
            text(&other),
            text(&confirmed["state"])
        ))?;
        Ok(text(&confirmed["receipt"]).to_owned())
    }

    /// A municipality outside the programme is cleared, once.
    async fn cleared_once(&self, receipt: &str) -> anyhow::Result<()> {
        let oslo = "chapter: 231, post: 63, recipient: { organisationNumber: \"958 935 420\" }, year: 2022, amount: 41200000, caseReference: \"22/88\"";
        let arguments =
            |key: &str| format!("input: {{ {oslo} }}, idempotencyKey: \"{key}\", lastReceipt: \"{receipt}\"");
        let first = self.command(UDIR, "requestFunding", &arguments("tour-2")).await?;
        expect(&first["verdict"]["outcome"], "CLEAR")?;
        output::line(format_args!(
            "5. Udir asks for Oslo, 231.63 in 2022: {}. {}\n",
            text(&first["verdict"]["outcome"]),
            text(&first["verdict"]["reasons"][0]["message"])
        ))?;
        let again = self.command(UDIR, "requestFunding", &arguments("tour-2")).await?;
        ensure!(again == first, "the same key gave another answer: {again}");
        let second = self.command(BUFDIR, "requestFunding", &arguments("tour-2")).await?;
        expect(&second["verdict"]["outcome"], "BLOCKED")?;
        output::line(format_args!(
            "6. The same key gives the same answer again; another body that asks for the same is {}.\n   {}\n",
            text(&second["verdict"]["outcome"]),
            text(&second["verdict"]["reasons"][0]["message"])
        ))?;
        Ok(())
    }

    /// What the systems report without having asked.
    async fn found_where_nobody_asked(&self) -> anyhow::Result<()> {
        let cases = "{ doubleFundingCases(limit: 1000) { items { kind year toHoldBack toPayBack municipality { name } scheme { id } } } }";
        let cases = self.ask(UDIR, cases).await?["doubleFundingCases"]["items"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        output::line(format_args!(
            "7. What the systems report is held against the programme and the claims: {} cases. One of each kind:",
            cases.len()
        ))?;
        let mut shown = Vec::new();
        // Grants of 2023 that reach into the last half-year of the pot are many, and all alike.
        let is_late = |case: &&Value| case["year"] == 2023 && case["kind"] == "AWARD_TO_PARTICIPANT";
        for case in cases.iter().filter(|case| !is_late(case)) {
            if shown.contains(&&case["kind"]) {
                continue;
            }
            shown.push(&case["kind"]);
            let who = case["municipality"]["name"].as_str().unwrap_or("(unresolved)");
            let scheme = case["scheme"]["id"].as_str().unwrap_or("226.64");
            output::line(format_args!(
                "   {:<28} {who}, {scheme}, {}: {} øre to hold back, {} to pay back",
                text(&case["kind"]),
                case["year"],
                case["toHoldBack"],
                case["toPayBack"]
            ))?;
        }
        output::line("")?;
        Ok(())
    }

    /// What the programme itself has decided, along with the demonstration's past: where little of it has passed, there is less.
    async fn decided_by_the_programme(&self) -> anyhow::Result<()> {
        const DECIDED: &str = "{ allocations(programme: \"0-24-pilot\") { year number state table { total receivers(municipality: \"3813\") { explanation { paragraph } } } } \
            announcements(programme: \"0-24-pilot\") { applications { state } selection { reason } } objections(programme: \"0-24-pilot\") { outcome answer } }";
        let decided = self.ask(UDIR, DECIDED).await?;
        let list = |name: &str| decided[name].as_array().cloned().unwrap_or_default();
        output::line("8. The programme's own decisions, which no directorate's system holds (all words are made up):")?;
        for allocation in list("allocations") {
            output::line(format_args!(
                "   Allocation {}, version {}: {}, {} øre in all",
                allocation["year"],
                allocation["number"],
                text(&allocation["state"]),
                allocation["table"]["total"]
            ))?;
        }
        let allocations = list("allocations");
        let newest = allocations.last().context("nothing was allocated")?;
        let explained = &newest["table"]["receivers"][0]["explanation"]["paragraph"];
        output::line(format_args!("   «{}»", text(explained)))?;
        for objection in list("objections") {
            if objection["outcome"].is_null() {
                output::line("   An objection waits for its answer")?;
                continue;
            }
            output::line(format_args!(
                "   Objection {}: «{}»",
                text(&objection["outcome"]),
                text(&objection["answer"])
            ))?;
        }
        for announcement in list("announcements") {
            let applications = announcement["applications"].as_array().map_or(0, Vec::len);
            output::line(format_args!(
                "   Announced, applied for {applications} time(s), chosen: «{}»",
                text(&announcement["selection"]["reason"])
            ))?;
        }
        output::line("")?;
        Ok(())
    }

    /// What comes after the pilot is a vote without published rules, and no machine's to decide.
    async fn left_to_a_person(&self) -> anyhow::Result<()> {
        const SUCCESSOR: &str = "{ programme(id: \"846-63\") { name from municipalities { name } available(year: 2026) { voted { state amount } } } \
            fundingCheck(input: { scheme: \"846.63\", recipient: { municipalityNumber: \"3813\" }, year: 2026, amount: 10000000, caseReference: \"26/1\" }) \
            { outcome reasons { code message } } }";
        let told = self.ask(BUFDIR, SUCCESSOR).await?;
        let verdict = &told["fundingCheck"];
        expect(&verdict["outcome"], "NEEDS_CASE_OFFICER")?;
        let programme = &told["programme"];
        output::line(format_args!(
            "10. After the pilot: «{}», {} øre voted for 2026. From when: {}. Who takes part: {}.",
            text(&programme["name"]),
            programme["available"]["voted"]["amount"],
            programme["from"],
            programme["municipalities"]
        ))?;
        output::line(format_args!(
            "   Bufdir asks whether Bamble may get 100 000 kr of it: {}, {}.\n   {}\n",
            text(&verdict["outcome"]),
            text(&verdict["reasons"][0]["code"]),
            text(&verdict["reasons"][0]["message"])
        ))?;
        Ok(())
    }

    /// What Bamble does with its pot, what it reports, and what was found of it.
    async fn used_and_evaluated(&self) -> anyhow::Result<()> {
        const USED: &str = "{ programmeUse(programme: \"0-24-pilot\") { measures(municipality: \"3813\") { terms { title } } \
            reports(year: 2020) { state spent carriedOver } dueReports { isLate } evaluations { text } \
            municipalities(municipality: \"3813\") { savedHours { year saved } } } }";
        let used = self.ask(UDIR, USED).await?["programmeUse"].clone();
        let list = |name: &str| used[name].as_array().cloned().unwrap_or_default();
        output::line("9. What comes of it (all words and hours are made up):")?;
        for measure in list("measures") {
            output::line(format_args!(
                "   Measure of Bamble: «{}»",
                text(&measure["terms"]["title"])
            ))?;
        }
        for report in list("reports") {
            output::line(format_args!(
                "   Bamble's report on 2020, {}: {} øre used, {} carried over",
                text(&report["state"]),
                report["spent"],
                report["carriedOver"]
            ))?;
        }
        let late = list("dueReports").iter().filter(|due| due["isLate"] == true).count();
        output::line(format_args!("   Reports whose day has passed: {late}"))?;
        for saved in list("municipalities")
            .iter()
            .flat_map(|one| one["savedHours"].as_array().cloned().unwrap_or_default())
        {
            output::line(format_args!(
                "   Hours on applications and reports saved in {}: {}",
                saved["year"], saved["saved"]
            ))?;
        }
        for evaluation in list("evaluations") {
            output::line(format_args!("   Evaluated: «{}»", text(&evaluation["text"])))?;
        }
        output::line("")?;
        Ok(())
    }

    /// A command that is carried out.
    async fn command(&self, by: &str, name: &str, arguments: &str) -> anyhow::Result<Value> {
        let payload = self
            .ask(by, &format!("mutation {{ {name}({arguments}) {{ {CLAIM} }} }}"))
            .await?[name]
            .clone();
        ensure!(
            payload["errors"] == json!([]),
            "{name} was refused: {}",
            payload["errors"]
        );
        Ok(payload["claim"].clone())
    }

    /// A command that is refused, and its code.
    async fn refused(&self, by: &str, name: &str, arguments: &str) -> anyhow::Result<Value> {
        let payload = self
            .ask(by, &format!("mutation {{ {name}({arguments}) {{ {CLAIM} }} }}"))
            .await?[name]
            .clone();
        ensure!(
            payload["claim"].is_null(),
            "{name} was carried out: {}",
            payload["claim"]
        );
        Ok(payload["errors"][0]["code"].clone())
    }

    async fn ask(&self, by: &str, query: &str) -> anyhow::Result<Value> {
        let request = self
            .http
            .post(&self.url)
            .header("programgrant-caller", by)
            .json(&json!({ "query": query }));
        let answer: Value = request
            .send()
            .await
            .context("the gateway does not answer")?
            .json()
            .await
            .context("no JSON came back")?;
        if answer.get("errors").is_some() {
            bail!("{query}: {}", answer["errors"]);
        }
        Ok(answer["data"].clone())
    }
}

fn fenced(claim: &Value) -> String {
    format!("claim: {}, fence: {}", claim["id"], claim["fence"])
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn expect(value: &Value, expected: &str) -> anyhow::Result<()> {
    ensure!(value == expected, "expected {expected}, and {value} came back");
    Ok(())
}
