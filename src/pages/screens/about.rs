//! *Om tallene*: what is real, what is made up, and how a figure is to be read.

use askama::Template;
use axum::response::Response;

use super::super::failure::PageError;
use super::super::frame::PageFrame;
use super::super::visit::{Visit, rendered};

pub async fn show(visit: Visit) -> Result<Response, PageError> {
    let screen = Screen {
        page: visit.page(visit.texts.say("about-title")),
    };
    Ok(rendered(&screen))
}

#[derive(Template)]
#[template(path = "about.html")]
struct Screen {
    page: PageFrame,
}
