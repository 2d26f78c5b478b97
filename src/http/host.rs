//! Which host a request is meant for: exactly one, said in a form that everybody on the way reads alike (RFC 9112, section 3.2).
//! Whoever sends two, or none where one must stand, is refused before anything else is read.

use std::net::Ipv6Addr;

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Version, header};

use super::refusal::Refusal;

/// What a host's name may hold besides letters and digits (RFC 3986), but for the comma, with which some join two lines to one.
const SIGNS: &[u8] = b"-._~%!$&'()*+;=";

/// Leaves the one host in the header `Host`, whether it was said there or in the address: HTTP/2 names it in the address, and an
/// address that names one outranks the header.
pub fn settle(request: &mut Request) -> Result<(), Refusal> {
    let stated = stated(request.headers())?;
    let version = request.version();
    if stated.is_none() && version == Version::HTTP_11 {
        return Err(Refusal::bad_request(
            "A request by HTTP/1.1 says in the header Host whom it is meant for.",
        ));
    }
    let Some(authority) = request.uri().authority().map(|authority| authority.as_str().to_owned()) else {
        let needs_none = stated.is_some() || version < Version::HTTP_11;
        return if needs_none {
            Ok(())
        } else {
            Err(Refusal::bad_request("The request does not say whom it is meant for."))
        };
    };
    check(&authority)?;
    if version > Version::HTTP_11 && stated.is_some_and(|stated| !stated.eq_ignore_ascii_case(&authority)) {
        return Err(Refusal::bad_request(
            "The header Host names another host than the address does.",
        ));
    }
    let host = HeaderValue::from_str(&authority).map_err(|_| malformed())?;
    request.headers_mut().insert(header::HOST, host);
    Ok(())
}

/// The header's value, if there is one; never more than one.
fn stated(headers: &HeaderMap) -> Result<Option<String>, Refusal> {
    let mut hosts = headers.get_all(header::HOST).iter();
    match (hosts.next(), hosts.next()) {
        (None, _) => Ok(None),
        (Some(host), None) => {
            let host = host.to_str().map_err(|_| malformed())?;
            check(host)?;
            Ok(Some(host.to_owned()))
        }
        (Some(_), Some(_)) => Err(Refusal::bad_request("The request has several headers Host.")),
    }
}

fn check(authority: &str) -> Result<(), Refusal> {
    if is_host(authority) { Ok(()) } else { Err(malformed()) }
}

fn malformed() -> Refusal {
    Refusal::bad_request("The host that the request is meant for is no host's name or address.")
}

/// Whether a text is a name or an address, with a port or without.
fn is_host(text: &str) -> bool {
    let (host, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, rest)) if address.parse::<Ipv6Addr>().is_ok() => (
            address,
            rest.strip_prefix(':').or_else(|| rest.is_empty().then_some("")),
        ),
        Some(_) => return false,
        None => text
            .split_once(':')
            .map_or((text, Some("")), |(name, port)| (name, Some(port))),
    };
    let is_name = |name: &str| {
        name.bytes()
            .all(|sign| sign.is_ascii_alphanumeric() || SIGNS.contains(&sign))
    };
    let is_port = |port: &str| {
        port.is_empty() || (port.bytes().all(|digit| digit.is_ascii_digit()) && port.parse::<u16>().is_ok())
    };
    !host.is_empty() && (text.starts_with('[') || is_name(host)) && port.is_some_and(is_port)
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn settled(version: Version, uri: &str, hosts: &[&str]) -> Result<Option<String>, &'static str> {
        let mut request = Request::new(Body::empty());
        *request.version_mut() = version;
        *request.uri_mut() = uri.parse().expect("an address");
        for host in hosts {
            request
                .headers_mut()
                .append(header::HOST, host.parse().expect("a header"));
        }
        settle(&mut request).map_err(|refusal| refusal.code)?;
        let mut left = request
            .headers()
            .get_all(header::HOST)
            .iter()
            .map(|host| host.to_str().expect("text").to_owned());
        let host = left.next();
        assert_eq!(left.next(), None);
        Ok(host)
    }

    #[test]
    fn one_host_is_left_wherever_it_was_said() {
        let here = Ok(Some("gateway.example".to_owned()));
        assert_eq!(settled(Version::HTTP_11, "/graphql", &["gateway.example"]), here);
        assert_eq!(
            settled(Version::HTTP_11, "http://gateway.example/graphql", &["other.example"]),
            here,
            "the address outranks the header"
        );
        assert_eq!(settled(Version::HTTP_2, "https://gateway.example/graphql", &[]), here);
        assert_eq!(
            settled(Version::HTTP_2, "https://gateway.example/graphql", &["Gateway.example"]),
            here
        );
        assert_eq!(settled(Version::HTTP_2, "/graphql", &["gateway.example"]), here);
        assert_eq!(settled(Version::HTTP_10, "/graphql", &["gateway.example"]), here);
        assert_eq!(
            settled(Version::HTTP_10, "/health/live", &[]),
            Ok(None),
            "probes of that version say none"
        );
    }

    #[test]
    fn none_and_two_and_two_that_differ_are_refused() {
        for (version, uri, hosts) in [
            (Version::HTTP_11, "/graphql", [].as_slice()),
            (Version::HTTP_11, "http://gateway.example/graphql", &[]),
            (Version::HTTP_11, "/graphql", &["gateway.example", "gateway.example"]),
            (Version::HTTP_11, "/graphql", &["localhost", "evil.example"]),
            (
                Version::HTTP_11,
                "http://localhost/graphql",
                &["localhost", "evil.example"],
            ),
            (Version::HTTP_11, "http://user@localhost/graphql", &["localhost"]),
            (Version::HTTP_10, "/graphql", &["localhost", "evil.example"]),
            (Version::HTTP_2, "/graphql", &[]),
            (Version::HTTP_2, "https://gateway.example/graphql", &["localhost"]),
            (
                Version::HTTP_2,
                "https://localhost/graphql",
                &["localhost", "localhost"],
            ),
        ] {
            assert_eq!(
                settled(version, uri, hosts),
                Err("BAD_REQUEST"),
                "{version:?} {uri} {hosts:?}"
            );
        }
    }

    #[test]
    fn what_is_no_host_is_refused() {
        for host in [
            "localhost",
            "localhost:4000",
            "127.0.0.1:4000",
            "[::1]",
            "[::1]:4000",
            "xn--kfjord-hua.example.",
            "gateway.example:",
        ] {
            assert!(is_host(host), "{host}");
        }
        for host in [
            "",
            ":4000",
            "a b",
            "localhost, evil.example",
            "localhost,evil.example",
            "user@localhost",
            "localhost:x",
            "localhost:+1",
            "localhost:1:2",
            "localhost:65536",
            "::1",
            "[::1",
            "[::1]x",
            "[localhost]",
            "[]",
            "local/host",
            "localhost?",
            "localhost#",
            "kåfjord.example",
            "\"localhost\"",
        ] {
            assert!(!is_host(host), "{host}");
        }
    }
}
