//! Tests that the alert rules in the documentation name metrics and outcomes that exist. A wrong name can
//! keep an alert from firing.

use std::{collections::BTreeSet, fs, path::Path};

use logto_runtime::{
    RejectionCode,
    telemetry::{
        KEY_FETCHES, KEY_SET_AGE, RECONCILIATIONS, REVOCATION_ENTRIES, REVOCATION_SILENCE,
        REVOCATIONS, TOKEN_CACHE, VERDICTS, WEBHOOKS,
    },
};

/// Returns the outcomes of a metric, and `None` for a metric that does not exist. Reads the outcomes from the
/// source code, so that a rule with the old name of an outcome is found.
fn outcomes(metric: &str) -> Option<BTreeSet<String>> {
    let counted = |metric: &str| {
        let code = source("telemetry/metric.rs");
        texts_after(&format!("count!({metric}, \"outcome\" => "), &code)
    };
    Some(match metric {
        VERDICTS => {
            let codes = RejectionCode::ALL
                .iter()
                .map(|code| code.as_str().to_owned());
            codes.chain(counted("VERDICTS")).collect()
        }
        KEY_FETCHES => counted("KEY_FETCHES"),
        RECONCILIATIONS => counted("RECONCILIATIONS"),
        WEBHOOKS => {
            let code = source("revocation/webhook/answer.rs");
            let (_, code) = code.split_once("fn outcome(self)").unwrap();
            let (code, _) = code.split_once("\n    }\n").unwrap();
            texts_after("=> ", code)
        }
        TOKEN_CACHE | KEY_SET_AGE | REVOCATIONS | REVOCATION_ENTRIES | REVOCATION_SILENCE => {
            BTreeSet::new()
        }
        _ => return None,
    })
}

/// Returns a file of `logto-runtime/src`.
fn source(path: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../logto-runtime/src");
    fs::read_to_string(folder.join(path)).unwrap()
}

/// Returns the string literals that follow `before` in the code.
fn texts_after(before: &str, code: &str) -> BTreeSet<String> {
    let literals = code.split(before).skip(1);
    let texts = literals.filter_map(|it| it.strip_prefix('"')?.split_once('"'));
    texts.map(|(text, _)| text.to_owned()).collect()
}

/// The other test reads the outcomes from the source code. This test shows that it finds them.
#[test]
fn the_outcomes_are_read_from_the_source_code() {
    for (metric, some) in [
        (VERDICTS, ["granted", "expired"]),
        (KEY_FETCHES, ["succeeded", "failed"]),
        (RECONCILIATIONS, ["complete", "failed"]),
        (WEBHOOKS, ["revoked", "too_slow"]),
    ] {
        let outcomes = outcomes(metric).unwrap();
        assert!(some.iter().all(|it| outcomes.contains(*it)), "{outcomes:?}");
    }
}

/// Returns each metric that the rules name, with the values of its label `outcome`.
fn metrics(rules: &str) -> Vec<(&str, Vec<&str>)> {
    let mut found = Vec::new();
    for (at, _) in rules.match_indices("logto_") {
        let name_end = |c: char| !c.is_ascii_lowercase() && c != '_';
        let (name, rest) = rules[at..].split_at(rules[at..].find(name_end).unwrap());
        let labels = rest.strip_prefix('{').and_then(|it| it.split_once('}'));
        let values = labels.map_or(Vec::new(), |(labels, _)| {
            let value = labels.strip_prefix("outcome=").unwrap_or_else(|| {
                panic!("{name}{{{labels}}}: this test knows only the label `outcome`")
            });
            let value = value.trim_start_matches('~').trim_matches('"');
            value.split('|').collect()
        });
        found.push((name, values));
    }
    found
}

/// Returns a page of the documentation.
fn page(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../logto-runtime/docs");
    fs::read_to_string(folder.join(name)).unwrap()
}

/// Returns the outcomes that an alert rule names for a metric, once for each place that names the metric.
fn outcomes_in_rule(page: &str, alert: &str, metric: &str) -> Vec<BTreeSet<String>> {
    let (_, rule) = page.split_once(&format!("- alert: {alert}")).unwrap();
    let rule = rule.split("- alert: ").next().unwrap();
    let rule = rule.split("\n```").next().unwrap();
    let named = metrics(rule)
        .into_iter()
        .filter(|(name, _)| *name == metric);
    named
        .map(|(_, values)| values.into_iter().map(str::to_owned).collect())
        .collect()
}

/// Of the codes for 503, `application` is left out, because it also stands for other statuses.
#[test]
fn the_rule_about_503_names_each_code_that_the_table_lists_for_503() {
    let troubleshooting = page("troubleshooting.md");
    let mut rows = troubleshooting
        .lines()
        .filter(|it| it.starts_with("| 503 "));
    let links = rows.next().unwrap().split("[`").skip(1);
    let codes = links.map(|link| link.split('`').next().unwrap().to_owned());
    let codes: BTreeSet<_> = codes.filter(|code| code != "application").collect();
    assert!(codes.len() > 1 && rows.next().is_none(), "{codes:?}");
    let named = outcomes_in_rule(&page("production.md"), "LogtoCallersGet503", VERDICTS);
    assert_eq!(named, [codes]);
}

/// Anybody can send a request to the webhook, so an unsigned request must not end the alert.
#[test]
fn the_rule_about_missing_webhooks_counts_only_requests_that_logto_has_signed() {
    // A body is parsed after its signature was verified. But a body that breaks off is `not_a_delivery`, too,
    // and a runtime without a timer is `not_logged`.
    let signed = ["revoked", "role_change", "ignored", "unreadable"].map(str::to_owned);
    let named = outcomes_in_rule(&page("revocation.md"), "NoWebhookForADay", WEBHOOKS);
    assert!(!named.is_empty());
    for outcomes in named {
        assert_eq!(outcomes, BTreeSet::from(signed.clone()));
    }
}

#[test]
fn the_alert_rules_name_metrics_and_outcomes_that_exist() {
    for (page, at_least) in [("production.md", 11), ("revocation.md", 6)] {
        let text = self::page(page);
        let blocks = text.split("```yaml\n").skip(1);
        let rules: String = blocks
            .map(|rest| rest.split_once("\n```").unwrap().0)
            .filter(|block| block.contains("alert:"))
            .collect();
        let metrics = metrics(&rules);
        assert!(metrics.len() >= at_least, "{page}: {metrics:?}");
        for (metric, values) in metrics {
            let outcomes = outcomes(metric).unwrap_or_else(|| panic!("{page}: {metric}"));
            for value in values {
                assert!(outcomes.contains(value), "{page}: {metric}, {value}");
            }
        }
    }
}
