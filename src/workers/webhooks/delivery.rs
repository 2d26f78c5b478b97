//! Carries a message to its address: signed as Standard Webhooks has it, within a deadline, and nowhere else than where it was
//! meant to go.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use jiff::Timestamp;
use programgrant_contract::Secret;
use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use sha2::Sha256;

use crate::config::{ConfigError, Webhook, signing_key};

/// How long an address may take to answer.
const DEADLINE: Duration = Duration::from_secs(10);
/// The pauses between attempts grow from the one to the other.
const PAUSES: (Duration, Duration) = (Duration::from_secs(5), Duration::from_hours(1));
/// More failures than this make no pause longer.
const GROWING: usize = 20;

/// Why a message was not taken.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    #[error("the address answered {0}")]
    Status(u16),
    #[error("the address did not answer in time")]
    Late,
    #[error("the address cannot be reached")]
    Unreachable,
}

/// Knows one address and the key that messages to it are signed with.
#[derive(Debug)]
pub struct Delivery {
    client: Client,
    url: Url,
    secret: Secret,
}

impl Delivery {
    pub fn new(webhook: &Webhook) -> Result<Self, ConfigError> {
        let client = Client::builder()
            .timeout(DEADLINE)
            .redirect(Policy::none())
            .no_proxy()
            .user_agent(concat!("programgrant/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| ConfigError::key("webhooks", error))?;
        Ok(Self {
            client,
            url: webhook.url.clone(),
            secret: webhook.key()?,
        })
    }

    /// Brings the message; only an answer that says so means that it was taken. Nothing of the answer's body is read.
    pub async fn send(&self, id: &str, body: &str, now: Timestamp) -> Result<(), Refused> {
        let timestamp = now.as_second().to_string();
        let request = self
            .client
            .post(self.url.clone())
            .header("content-type", "application/cloudevents+json; charset=utf-8")
            .header("webhook-id", id)
            .header("webhook-timestamp", &timestamp)
            .header("webhook-signature", sign(&self.secret, id, &timestamp, body))
            .body(body.to_owned());
        match request.send().await {
            Ok(answer) if answer.status().is_success() => Ok(()),
            Ok(answer) => Err(Refused::Status(answer.status().as_u16())),
            Err(error) if error.is_timeout() => Err(Refused::Late),
            Err(_) => Err(Refused::Unreachable),
        }
    }
}

/// `v1,` and the signature over id, instant and body in base64.
fn sign(secret: &Secret, id: &str, timestamp: &str, body: &str) -> String {
    let key = signing_key(secret.expose()).unwrap_or_default();
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("HMAC takes a key of any length");
    for part in [id, ".", timestamp, ".", body] {
        mac.update(part.as_bytes());
    }
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

/// How long to leave an address alone after so many failures: longer each time, and not for all alike.
pub fn pause(failures: usize) -> Duration {
    let (shortest, longest) = PAUSES;
    let pauses = ExponentialBuilder::default()
        .with_min_delay(shortest)
        .with_max_delay(longest)
        .with_jitter()
        .without_max_times()
        .build();
    pauses.take(GROWING).nth(failures.min(GROWING - 1)).unwrap_or(longest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_signed_as_standard_webhooks_has_it() {
        // The example of the specification's own libraries.
        let secret = Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let signature = sign(
            &secret,
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            "1614265330",
            r#"{"test": 2432232314}"#,
        );
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn pauses_grow_and_end_growing() {
        let (shortest, longest) = PAUSES;
        for failures in [0, 1, 5, 10, 19, 1000] {
            let grown = shortest.saturating_mul(1 << failures.min(16)).min(longest);
            let pause = pause(failures);
            assert!(pause >= grown && pause <= grown * 2, "{failures}: {pause:?}");
        }
    }
}
