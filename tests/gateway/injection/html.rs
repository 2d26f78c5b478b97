//! A page as a browser reads it: what is an element, what is an attribute, and what is text.

use std::collections::BTreeSet;

use scraper::{Html, Node};

/// What no page of ours has, wherever it may come from. What stands within `noscript` would be read as text alone.
const NEVER: [&str; 13] = [
    "script",
    "iframe",
    "object",
    "embed",
    "img",
    "base",
    "frame",
    "applet",
    "style",
    "template",
    "math",
    "foreignobject",
    "noscript",
];
/// Attributes that a browser goes to.
const ADDRESSES: [&str; 8] = [
    "href",
    "src",
    "action",
    "formaction",
    "data",
    "poster",
    "srcset",
    "xlink:href",
];

/// Elements, each with its attributes.
pub type Elements = BTreeSet<(String, String)>;

pub struct Page {
    pub elements: Elements,
    pub links: Vec<String>,
    pub text: String,
}

impl Page {
    /// Reads it, and fails where something stands in it that could do anything.
    pub fn read(path: &str, html: &str) -> Self {
        let mut page = Self {
            elements: Elements::new(),
            links: Vec::new(),
            text: String::new(),
        };
        for node in Html::parse_document(html).tree.values() {
            match node {
                Node::Element(element) => {
                    let name = element.name().to_lowercase();
                    assert!(!NEVER.contains(&name.as_str()), "{path}: <{name}>");
                    page.elements.insert((name.clone(), String::new()));
                    for (attribute, value) in element.attrs() {
                        page.attribute((path, &name), &attribute.to_lowercase(), value);
                    }
                }
                Node::Text(text) => page.text.push_str(text),
                Node::Comment(comment) => panic!("{path}: a comment: {comment:?}"),
                _ => {}
            }
        }
        page
    }

    fn attribute(&mut self, (path, element): (&str, &str), name: &str, value: &str) {
        let is_plain = name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'-' | b':' | b'0'..=b'9'));
        assert!(
            is_plain && !name.starts_with("on") && name != "style" && name != "srcdoc",
            "{path}: {element} {name}={value}"
        );
        if ADDRESSES.contains(&name) {
            let is_ours = value.starts_with(['/', '?', '#']) && !value.starts_with("//") && !value.contains('\\');
            assert!(is_ours, "{path}: {element} leads to {value}");
            assert!(
                !value.contains(['"', '\'', '<', '>', ' ']),
                "{path}: {element} {name}={value}"
            );
            if name == "href" {
                self.links.push(value.to_owned());
            }
        }
        self.elements.insert((element.to_owned(), name.to_owned()));
    }
}

#[test]
fn what_comes_of_an_attack_is_seen() {
    for html in [
        "<p>\"'><script>alert(1)</script>",
        "<p title=\"\"'><script>alert(1)</script>\">",
        "<p title='x' onclick=alert(1)>",
        "<a href=\"javascript:alert(1)\">",
        "<a href=\"//x.example\">",
        "<p \"'>",
        "<p title=x style=y>",
        "<!--\"'><script>alert(1)</script>-->",
        "<svg><a xlink:href=\"javascript:alert(1)\">",
        "<noscript><p onclick=alert(1)></noscript>",
    ] {
        let read = std::panic::catch_unwind(|| Page::read("/", html));
        assert!(read.is_err(), "{html}");
    }
    let page = Page::read(
        "/",
        "<p title='&quot;&#39;&gt;&lt;script>'>&lt;script&gt;alert(1)&lt;/script&gt;</p>",
    );
    assert_eq!(page.text, "<script>alert(1)</script>");
}
