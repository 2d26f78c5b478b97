//! SOAP 1.1 (W3C Note of 8 May 2000) as far as this system uses it: envelopes out, answers and faults in.

use quick_xml::escape::escape;

use crate::Credentials;
use crate::xml::{self, ENVELOPE, Element, Flaw, SECURITY, Space};

/// Web Services Security, `UsernameToken` Profile 1.0 § 3.1.
const PASSWORD_TEXT: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordText";

/// What an envelope holds.
#[derive(Debug, PartialEq, Eq)]
pub enum Body {
    Content(Element),
    Fault(Fault),
}

#[derive(Debug, PartialEq, Eq)]
pub struct Fault {
    /// Whether `faultcode` blames the caller.
    pub blames_caller: bool,
    /// `AltinnFault/ErrorID`, where it can be read.
    pub error_id: Option<i64>,
}

/// An envelope around a body that is XML already.
pub fn envelope(credentials: Option<&Credentials>, body: &str) -> String {
    let header = credentials.map(security).unwrap_or_default();
    format!(
        r#"<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="{ENVELOPE}">{header}<s:Body>{body}</s:Body></s:Envelope>"#
    )
}

fn security(credentials: &Credentials) -> String {
    let (username, password) = (escape(&credentials.username), escape(credentials.password.expose()));
    let token = format!(
        r#"<wsse:UsernameToken><wsse:Username>{username}</wsse:Username><wsse:Password Type="{PASSWORD_TEXT}">{password}</wsse:Password></wsse:UsernameToken>"#
    );
    format!(
        r#"<s:Header><wsse:Security xmlns:wsse="{SECURITY}" s:mustUnderstand="1">{token}</wsse:Security></s:Header>"#
    )
}

/// What the body of an envelope holds.
pub fn open(document: &[u8]) -> Result<Body, Flaw> {
    let envelope = xml::parse(document)?;
    let (_, content) = split(envelope)?;
    Ok(if content.is(Space::Envelope, "Fault") {
        Body::Fault(fault(&content))
    } else {
        Body::Content(content)
    })
}

/// The header, where there is one, and what the body holds: a fault, or else the system's own element.
pub fn split(envelope: Element) -> Result<(Option<Element>, Element), Flaw> {
    if !envelope.is(Space::Envelope, "Envelope") {
        return Err(Flaw::NoEnvelope);
    }
    let (mut header, mut content) = (None, Vec::new());
    for part in envelope.children {
        if part.is(Space::Envelope, "Header") {
            header = Some(part);
        } else if part.is(Space::Envelope, "Body") {
            content.extend(part.children);
        }
    }
    // A fault outranks whatever it accompanies.
    let at = content.iter().position(|child| child.is(Space::Envelope, "Fault"));
    let at = at
        .or_else(|| content.iter().position(|child| child.space == Space::Tilskudd))
        .ok_or(Flaw::NoEnvelope)?;
    Ok((header, content.swap_remove(at)))
}

/// The children of a SOAP 1.1 fault are in no namespace, and the page names none for the detail: names alone decide.
fn fault(fault: &Element) -> Fault {
    let code = child(fault, "faultcode").and_then(Element::value).unwrap_or_default();
    let code = code
        .rsplit(':')
        .next()
        .unwrap_or_default()
        .split('.')
        .next()
        .unwrap_or_default();
    let error_id = child(fault, "detail")
        .and_then(|detail| child(detail, "AltinnFault"))
        .and_then(|fault| child(fault, "ErrorID"));
    Fault {
        blames_caller: code == "Client",
        error_id: error_id.and_then(Element::value).and_then(|id| id.parse().ok()),
    }
}

fn child<'e>(element: &'e Element, name: &str) -> Option<&'e Element> {
    element.children.iter().find(|child| child.name == name)
}

#[cfg(test)]
mod tests {
    use programgrant_contract::Secret;

    use super::*;

    #[test]
    fn credentials_are_said_in_words_that_xml_can_carry() {
        let credentials = Credentials {
            username: "a<b".to_owned(),
            password: Secret::new("æ&\"ø'"),
        };
        let (header, _) = split(
            xml::parse(envelope(Some(&credentials), "<x xmlns='urn:sim:hdir:tilskudd:v2'/>").as_bytes())
                .expect("well-formed"),
        )
        .expect("an envelope");
        let token = &header.expect("a header").children[0].children[0];
        assert!(token.is(Space::Security, "UsernameToken"));
        assert_eq!(
            token
                .children
                .iter()
                .map(|child| child.text.as_str())
                .collect::<Vec<_>>(),
            ["a<b", "æ&\"ø'"]
        );
    }

    #[test]
    fn a_fault_is_read_whatever_its_prefixes_are() {
        let fault = |detail: &str| {
            let body = format!("<s:Fault><faultcode>s:Client.Authentication</faultcode>{detail}</s:Fault>");
            open(envelope(None, &body).as_bytes())
        };
        let id = |error_id| {
            Ok(Body::Fault(Fault {
                blames_caller: true,
                error_id,
            }))
        };
        assert_eq!(
            fault("<detail><a:AltinnFault xmlns:a='urn:a'><a:ErrorID> 1001 </a:ErrorID></a:AltinnFault></detail>"),
            id(Some(1001))
        );
        assert_eq!(
            fault("<detail><AltinnFault><ErrorID>many</ErrorID></AltinnFault></detail>"),
            id(None)
        );
        assert_eq!(fault(""), id(None));
    }

    #[test]
    fn what_is_no_envelope_is_refused() {
        for document in [
            "<html/>",
            "<Envelope/>",
            "<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope'><s:Body/></s:Envelope>",
            &envelope(None, ""),
        ] {
            assert_eq!(open(document.as_bytes()), Err(Flaw::NoEnvelope), "{document}");
        }
    }
}
