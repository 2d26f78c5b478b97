//! What stands around every page.

use jiff::civil::Date;
use serde_json::Value;

use super::downloads::{Offer, Offers};
use super::text::{Language, Texts};
use super::visit::as_of;
use crate::assets;

/// What stands around every page.
pub struct PageFrame {
    pub t: Texts,
    pub title: String,
    pub here: String,
    pub path: String,
    pub is_open: bool,
    /// Style sheets of the design system; none where npm has built nothing.
    pub stylesheets: &'static [String],
    /// The languages that the page could be in.
    pub languages: &'static [Language],
    /// Where to log in, where one can and is not.
    pub login: Option<String>,
    pub form_token: Option<String>,
    pub body: Option<String>,
    /// The municipality that acts.
    pub own: Option<String>,
    pub role: String,
    /// The day that the page is shown as of.
    pub(super) on: Option<Date>,
    /// The same in words and as it stands in the address.
    pub day: Option<String>,
    pub per: Option<String>,
    pub notices: Vec<String>,
    /// The last year with a vote.
    pub year: i16,
    /// The operation behind the page.
    pub operation: Option<AskedOperation>,
    /// What the page's list can be had as.
    pub files: Vec<Offer>,
    /// Where the accessibility statement is.
    pub statement: Option<String>,
}

/// What a page asked the interface.
pub struct AskedOperation {
    pub document: String,
    pub variables: String,
    /// Where it can be asked anew.
    pub graphiql: String,
}

impl PageFrame {
    /// The same, showing what was asked.
    pub fn asking(self, document: &str, variables: &Value) -> Self {
        let variables = as_of(variables.clone(), self.on);
        let operation = AskedOperation {
            document: document.trim().to_owned(),
            variables: serde_json::to_string_pretty(&variables).unwrap_or_default(),
            graphiql: assets::graphiql_link(document.trim(), &variables),
        };
        Self {
            operation: Some(operation),
            ..self
        }
    }

    /// The same, with the files of what it shows.
    pub fn offering(self, Offers(files): Offers) -> Self {
        Self { files, ..self }
    }

    /// Whether that address is this page or one below it.
    pub fn is_at(&self, path: &str) -> bool {
        self.path == path || (path != "/" && self.path.starts_with(path))
    }
}
