//! The settings `auth`: who a source says that it is. Which keys there are depends on the kind; a key of another kind is refused like one
//! that nobody knows.

use std::fmt;
use std::path::PathBuf;

use serde::Deserialize;
use serde::de::{self, Deserializer, Unexpected, Visitor};

use super::Address;

/// What a source authenticates with. The secrets themselves stand in files or in the environment.
pub enum Auth {
    Maskinporten(Box<Grant>),
    Bearer {
        token_file: Option<PathBuf>,
    },
    Basic {
        username: String,
        password_file: Option<PathBuf>,
    },
}

/// What tokens are asked for by a signed assertion (RFC 7523 § 2.1).
pub struct Grant {
    pub token_url: Address,
    /// Who reads the assertion.
    pub audience: String,
    pub client_id: String,
    pub scope: String,
    pub key_file: Option<PathBuf>,
    pub key_name: KeyName,
    /// Whom the token is meant for, where the token service asks for it.
    pub resource: Option<String>,
    /// On whose behalf a supplier asks.
    pub consumer_org: Option<String>,
}

/// How the assertion says which key signed it.
pub enum KeyName {
    Kid(String),
    /// A file with the certificate (virksomhetssertifikat) and those between it and its root: `x5c`.
    Certificate(PathBuf),
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Maskinporten,
    Bearer,
    Basic,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Maskinporten => "maskinporten",
            Self::Bearer => "bearer",
            Self::Basic => "basic",
        }
    }

    const fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Maskinporten => &[
                "kind",
                "token_url",
                "audience",
                "client_id",
                "scope",
                "key_file",
                "kid",
                "certificate_file",
                "resource",
                "consumer_org",
            ],
            Self::Bearer => &["kind", "token_file"],
            Self::Basic => &["kind", "username", "password_file"],
        }
    }
}

/// The keys of all kinds, so that one who asks is told all of them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    kind: Option<Kind>,
    token_url: Option<Address>,
    audience: Option<Text>,
    client_id: Option<Text>,
    scope: Option<Text>,
    key_file: Option<PathBuf>,
    kid: Option<Text>,
    certificate_file: Option<PathBuf>,
    resource: Option<Text>,
    consumer_org: Option<Text>,
    token_file: Option<PathBuf>,
    username: Option<Text>,
    password_file: Option<PathBuf>,
}

impl<'de> Deserialize<'de> for Auth {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let keys = Keys::deserialize(deserializer)?;
        let kind = keys.kind.ok_or_else(|| de::Error::missing_field("kind"))?;
        if let Some(foreign) = keys.given().find(|key| !kind.keys().contains(key)) {
            return Err(de::Error::unknown_field(foreign, kind.keys()));
        }
        match kind {
            Kind::Maskinporten => keys.grant().map(|grant| Self::Maskinporten(Box::new(grant))),
            Kind::Bearer => Ok(Self::Bearer {
                token_file: keys.token_file,
            }),
            Kind::Basic => Ok(Self::Basic {
                username: username(needed(keys.username, "username", kind)?)?,
                password_file: keys.password_file,
            }),
        }
    }
}

impl Keys {
    /// The keys that stand there, `kind` left out.
    fn given(&self) -> impl Iterator<Item = &'static str> {
        let text = |key, value: &Option<Text>| value.is_some().then_some(key);
        let path = |key, value: &Option<PathBuf>| value.is_some().then_some(key);
        let given = [
            self.token_url.is_some().then_some("token_url"),
            text("audience", &self.audience),
            text("client_id", &self.client_id),
            text("scope", &self.scope),
            path("key_file", &self.key_file),
            text("kid", &self.kid),
            path("certificate_file", &self.certificate_file),
            text("resource", &self.resource),
            text("consumer_org", &self.consumer_org),
            path("token_file", &self.token_file),
            text("username", &self.username),
            path("password_file", &self.password_file),
        ];
        given.into_iter().flatten()
    }

    fn grant<E: de::Error>(self) -> Result<Grant, E> {
        let of = Kind::Maskinporten;
        let token_url = needed(self.token_url, "token_url", of)?;
        if !token_url.is_private_to_us() {
            return Err(E::custom(
                "token_url: assertions and tokens go by https, or within this machine",
            ));
        }
        let key_name = match (self.kid, self.certificate_file) {
            (Some(id), None) => KeyName::Kid(id.0),
            (None, Some(path)) => KeyName::Certificate(path),
            (None, None) => needed(None, "kid (or certificate_file)", of)?,
            (Some(_), Some(_)) => {
                return Err(E::custom(
                    "kid and certificate_file both say which key signs; state one of them",
                ));
            }
        };
        Ok(Grant {
            token_url,
            audience: needed(self.audience, "audience", of)?.0,
            client_id: needed(self.client_id, "client_id", of)?.0,
            scope: needed(self.scope, "scope", of)?.0,
            key_file: self.key_file,
            key_name,
            resource: self.resource.map(|text| text.0),
            consumer_org: self.consumer_org.map(|text| text.0),
        })
    }
}

fn needed<T, E: de::Error>(value: Option<T>, key: &str, kind: Kind) -> Result<T, E> {
    value.ok_or_else(|| E::custom(format!("{key} is missing; kind = {:?} needs it", kind.name())))
}

/// The colon ends it on the wire (RFC 7617 § 2).
fn username<E: de::Error>(text: Text) -> Result<String, E> {
    if text.0.contains(|letter: char| letter == ':' || letter.is_control()) {
        return Err(E::custom(
            "username: a colon or a control character cannot be sent in it",
        ));
    }
    Ok(text.0)
}

/// A text that says something.
struct Text(String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor).map(Self)
    }
}

struct TextVisitor;

impl Visitor<'_> for TextVisitor {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // In the environment, too, what looks like a number is read as one, and may have lost zeros in front.
        f.write_str("a text that is not blank; digits stand in quotes")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<String, E> {
        match text.trim() {
            "" => Err(E::invalid_value(Unexpected::Str(text), &self)),
            text => Ok(text.to_owned()),
        }
    }
}
