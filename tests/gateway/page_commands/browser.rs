//! A browser at the pages in open mode: it sends what stands in a page's form, and what somebody types into it.

use reqwest::header::{COOKIE, HeaderMap};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Response};

use crate::world::World;

/// Somebody of one body.
pub struct Office {
    client: Client,
    origin: String,
    cookie: String,
}

/// A page as it came.
pub struct Page {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

/// What a form would send.
#[derive(Debug, Clone, Default)]
pub struct Form(Vec<(String, String)>);

impl Office {
    pub fn at(world: &World, body: &str) -> Self {
        Self::with_cookie(&world.url(""), &format!("virksomhet={body}; sprak=nb"))
    }

    pub fn with_cookie(origin: &str, cookie: &str) -> Self {
        let client = Client::builder().no_proxy().redirect(Policy::none()).build();
        Self {
            client: client.expect("a client"),
            origin: origin.to_owned(),
            cookie: cookie.to_owned(),
        }
    }

    /// The same browser with one more cookie.
    pub fn keeping(&self, cookie: &str) -> Self {
        Self::with_cookie(&self.origin, &format!("{}; {cookie}", self.cookie))
    }

    pub async fn open(&self, path: &str) -> Page {
        let request = self
            .client
            .get(format!("{}{path}", self.origin))
            .header(COOKIE, &self.cookie);
        Page::of(request).await
    }

    /// A page that is there, whole.
    pub async fn page(&self, path: &str) -> Page {
        let page = self.open(path).await;
        assert_eq!(page.status, 200, "{path}: {}", page.text);
        page
    }

    /// The form as a page of ours sends it.
    pub async fn send(&self, path: &str, form: &Form) -> Page {
        Page::of(self.post(path, form).header("sec-fetch-site", "same-origin")).await
    }

    /// The form from nowhere.
    pub fn post(&self, path: &str, form: &Form) -> RequestBuilder {
        let mut url = reqwest::Url::parse("http://x/").expect("an address");
        url.query_pairs_mut().extend_pairs(&form.0);
        self.client
            .post(format!("{}{path}", self.origin))
            .header(COOKIE, &self.cookie)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(url.query().unwrap_or_default().to_owned())
    }

    /// The form as one with a file is sent, from a page of ours.
    pub async fn upload(&self, path: &str, content_type: &str, body: Vec<u8>) -> Page {
        let request = self
            .client
            .post(format!("{}{path}", self.origin))
            .header(COOKIE, &self.cookie)
            .header("sec-fetch-site", "same-origin")
            .header("content-type", content_type)
            .body(body);
        Page::of(request).await
    }
}

impl Page {
    pub async fn of(request: RequestBuilder) -> Self {
        let response: Response = request.send().await.expect("an answer");
        Self {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            text: response.text().await.expect("text"),
        }
    }

    /// Where a form that was carried out leads.
    pub fn location(&self) -> String {
        assert_eq!(self.status, 303, "{}", self.text);
        self.headers["location"].to_str().expect("text").to_owned()
    }

    pub fn holds(&self, text: &str) -> bool {
        self.text.contains(text)
    }

    /// The part of a page with that id, to its end.
    pub fn section(&self, id: &str) -> Option<&str> {
        let (_, section) = self.text.split_once(&format!("id=\"{id}\""))?;
        section.split("</section>").next()
    }

    /// What the form of that part holds before anybody has typed anything.
    pub fn form(&self, id: &str) -> Form {
        let section = self
            .section(id)
            .unwrap_or_else(|| panic!("no part {id}: {}", self.text));
        let form = section.split_once("<form").map(|(_, form)| form);
        Form::of(form.unwrap_or_else(|| panic!("no form in {section}")))
    }
}

impl Form {
    /// What stands between `<form` and its end.
    pub fn of(text: &str) -> Self {
        let text = text.split("</form>").next().unwrap_or_default();
        let inputs = text
            .split("<input")
            .skip(1)
            .map(|input| input.split('>').next().unwrap_or_default());
        let told = inputs.filter(|input| {
            !["checkbox", "radio", "file"]
                .iter()
                .any(|kind| input.contains(&format!("type=\"{kind}\"")))
        });
        let field = |input: &str| Some((attribute(input, "name")?, attribute(input, "value").unwrap_or_default()));
        Self(told.filter_map(field).collect())
    }

    /// The same with something typed, ticked or chosen; or with another value.
    pub fn and(&self, name: &str, value: &str) -> Self {
        let mut fields = self.without(name).0;
        fields.push((name.to_owned(), value.to_owned()));
        Self(fields)
    }

    pub fn without(&self, name: &str) -> Self {
        Self(self.0.iter().filter(|(known, _)| known != name).cloned().collect())
    }

    pub fn value(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }
}

fn attribute(element: &str, name: &str) -> Option<String> {
    let (_, rest) = element.split_once(&format!("{name}=\""))?;
    let value = rest.split('"').next()?;
    Some(
        value
            .replace("&#34;", "\"")
            .replace("&#39;", "'")
            .replace("&#60;", "<")
            .replace("&#62;", ">")
            .replace("&#38;", "&"),
    )
}
