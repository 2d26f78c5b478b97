//! What a request asked for and what came of it, noted where it is known and read where it is counted.

use std::cell::RefCell;

/// The most characters of an operation's name that are told on.
const LONGEST_NAME: usize = 64;

tokio::task_local! {
    static ASKED: RefCell<Asked>;
}

/// One request, as far as it was executed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// `query`, `mutation` or `subscription`; `None` where nothing was executed.
    pub kind: Option<&'static str>,
    /// What the client calls it.
    pub name: Option<String>,
    pub has_errors: bool,
}

impl Asked {
    /// What `answering` notes, beside what it comes to.
    pub async fn of<T>(answering: impl Future<Output = T>) -> (T, Self) {
        ASKED
            .scope(RefCell::default(), async {
                let answer = answering.await;
                (answer, ASKED.with(RefCell::take))
            })
            .await
    }
}

/// Notes an operation that was executed: its keyword, its name, and whether its answer has errors.
pub fn note(kind: Option<&'static str>, name: Option<&str>, has_errors: bool) {
    let name = name.map(|name| name.chars().take(LONGEST_NAME).collect());
    // Nobody counts what the program itself asks.
    let _ = ASKED.try_with(|noted| noted.replace(Asked { kind, name, has_errors }));
}

/// Notes a document that was not let in, though the status of its answer does not say so.
pub fn note_refused() {
    let _ = ASKED.try_with(|noted| {
        noted.replace(Asked {
            has_errors: true,
            ..Asked::default()
        })
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_was_executed_is_noted_and_a_long_name_is_cut() {
        let noted = async |name: Option<&str>| Asked::of(async { note(Some("query"), name, true) }).await.1;
        let said = Asked {
            kind: Some("query"),
            name: Some("Q".to_owned()),
            has_errors: true,
        };
        assert_eq!(noted(Some("Q")).await, said);
        let long = noted(Some(&"q".repeat(100))).await.name.map(|name| name.len());
        assert_eq!((noted(None).await.name, long), (None, Some(LONGEST_NAME)));
        assert_eq!(Asked::of(async {}).await.1, Asked::default());
    }
}
