//! Webhooks: an organisation is told when a case that it may see opens or changes, when a clearance that it asked for nears its
//! end, when its yearly report is due or late, and when a source falls silent or comes back. First it is written down that it is to be told, then it is told, in order,
//! until it has taken the message. One gateway at a time does this.

mod delivery;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use delivery::Delivery;
use jiff::{SignedDuration, Timestamp};

use programgrant_core::calendar::norwegian_date;
use programgrant_core::webhook::{self, Audience, Event, ReportReminder};
use programgrant_schema::OrganisationNumber;
use tokio::sync::Notify;

use super::Worker;
use crate::config::{self, Config, ConfigError};
use crate::store::database::{Database, Leadership, Notification};
use crate::store::ledger::{CASE_NEWS, Clearance, SqlStore, StoreError};
use crate::store::outbox::{DeliveryOutcome, LastTold, Message, Outbox};
use crate::store::{Dependencies, Roles};

/// How long before its end a clearance's asker is told, unless half of what it lasts is less.
const NOTICE: SignedDuration = SignedDuration::from_hours(3 * 24);
/// How long a message is tried before it is set aside.
const MAX_RETRY_AGE: SignedDuration = SignedDuration::from_hours(3 * 24);
/// How often it is looked what has happened where nothing says so.
const LOOKING: Duration = Duration::from_secs(5);
/// The shortest pause between two looks, however short clearances are.
const PAUSE: Duration = Duration::from_millis(50);
/// How long a gateway that was away listens before it says of others that they are silent.
const LISTENING: Duration = Duration::from_mins(1);
/// Entries of the chain that are read at once.
const PAGE: i64 = 200;
/// A place that lags no further than this is not worth a write of its own.
const LAG: i64 = 1000;

/// Why a round ended early; the next begins where it stopped.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    #[error("the webhooks' database failed")]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Ledger(#[from] StoreError),
}

/// What webhooks are made from.
pub struct Parts {
    pub database: Database,
    pub ledger: SqlStore,
    pub roles: Arc<Roles>,
    pub dependencies: Dependencies,
}

/// Tells organisations what happens.
pub struct Webhooks {
    parts: Parts,
    outbox: Outbox,
    endpoints: Vec<Endpoint>,
    leadership: Leadership,
    /// How often it is looked: often enough to see a clearance before its notice is due.
    looking: Duration,
    /// Ids of the clearances' notices that are in the outbox already, as far as this gateway knows.
    noticed: Mutex<HashSet<String>>,
    /// The same of reminders.
    reminded: Mutex<HashSet<String>>,
}

/// One organisation and its address.
struct Endpoint {
    webhook: config::Webhook,
    delivery: Delivery,
    /// There may be something to tell.
    news: Notify,
}

impl Webhooks {
    /// Reads the secrets, and makes room for those who are new.
    pub async fn open(config: &Config, parts: Parts) -> Result<Self, WebhookSetupError> {
        let endpoint = |webhook: &config::Webhook| {
            Ok(Endpoint {
                webhook: webhook.clone(),
                delivery: Delivery::new(webhook)?,
                news: Notify::new(),
            })
        };
        let endpoints = config
            .webhooks
            .iter()
            .map(endpoint)
            .collect::<Result<Vec<_>, ConfigError>>()?;
        let outbox = Outbox::new(parts.database.clone());
        for endpoint in &endpoints {
            outbox.register(endpoint.webhook.organisation).await?;
        }
        let leadership = parts.database.leadership("webhooks");
        let notice = Duration::try_from(NOTICE.min(config.guard.clearance.signed() / 2)).unwrap_or(LOOKING);
        let looking = (notice / 4).clamp(PAUSE, LOOKING);
        Ok(Self {
            parts,
            outbox,
            endpoints,
            leadership,
            looking,
            noticed: Mutex::default(),
            reminded: Mutex::default(),
        })
    }

    async fn keep_looking(&self) {
        let mut news = self.parts.database.subscribe();
        let begun = tokio::time::Instant::now();
        loop {
            let mut pause = self.looking;
            if self.leadership.leads().await {
                match self.look(begun.elapsed() >= LISTENING).await {
                    Ok(until_due) => pause = until_due.map_or(pause, |until_due| until_due.clamp(PAUSE, pause)),
                    Err(error) => {
                        tracing::error!(%error, cause = ?std::error::Error::source(&error), "what organisations are to be told is not written down yet");
                    }
                }
            }
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = case_news(&mut news) => {}
            }
        }
    }

    async fn keep_telling(&self, endpoint: &Endpoint) {
        let mut look = tokio::time::interval(LOOKING / 5);
        look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = look.tick() => {}
                () = endpoint.news.notified() => {}
            }
            if !self.leadership.leads().await {
                continue;
            }
            if let Err(error) = self.tell(endpoint).await {
                tracing::error!(%error, organisation = %endpoint.webhook.organisation, "the outbox cannot be read or written");
            }
        }
    }

    /// Everything that there is to do now, once.
    pub async fn round(&self) -> Result<(), WebhookError> {
        self.look(true).await?;
        let told = futures::future::join_all(self.endpoints.iter().map(|endpoint| self.tell(endpoint))).await;
        told.into_iter().collect()
    }

    /// Writes down what is to be told.
    pub async fn gather(&self) -> Result<(), WebhookError> {
        self.look(true).await.map(|_| ())
    }

    /// How long until another clearance's notice is due, as far as that is known.
    async fn look(&self, has_listened: bool) -> Result<Option<Duration>, WebhookError> {
        // What cannot wait goes first.
        let until_due = self.look_at_clearances().await?;
        for endpoint in &self.endpoints {
            self.look_at_cases(&endpoint.webhook).await?;
        }
        self.look_at_reports().await?;
        self.look_at_sources(has_listened).await?;
        for endpoint in &self.endpoints {
            endpoint.news.notify_one();
        }
        self.measure().await?;
        Ok(until_due)
    }

    async fn look_at_cases(&self, webhook: &config::Webhook) -> Result<(), WebhookError> {
        loop {
            let from = self.outbox.position(webhook.organisation).await?;
            let (entries, to) = self.parts.ledger.case_entries_after(from, PAGE).await?;
            let is_last = entries.len() < usize::try_from(PAGE).unwrap_or(usize::MAX);
            if entries.is_empty() && to - from < LAG {
                return Ok(());
            }
            let events: Vec<Event> = entries.into_iter().map(Event::of_case).collect();
            let wanted: Vec<&Event> = events.iter().filter(|event| self.is_for(webhook, event)).collect();
            let is_ours = self
                .outbox
                .advance(
                    webhook.organisation,
                    (from, to),
                    &wanted,
                    self.parts.dependencies.clock.now(),
                )
                .await?;
            if is_last || !is_ours {
                return Ok(());
            }
        }
    }

    async fn look_at_clearances(&self) -> Result<Option<Duration>, WebhookError> {
        let (ending, now) = self.parts.ledger.clearances_ending(NOTICE).await?;
        let (due, later): (Vec<Clearance>, Vec<Clearance>) =
            ending.into_iter().partition(|clearance| notice_due(clearance) <= now);
        let until_due = later
            .iter()
            .map(|clearance| notice_due(clearance).duration_since(now))
            .min();
        let events: Vec<Event> = due
            .into_iter()
            .map(|clearance| Event::of_clearance(clearance.claim, now))
            .collect();
        let ids: HashSet<String> = events.iter().map(|event| event.id.clone()).collect();
        let known = self.noticed.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let news: Vec<&Event> = events.iter().filter(|event| !known.contains(&event.id)).collect();
        self.put(&news).await?;
        *self.noticed.lock().unwrap_or_else(PoisonError::into_inner) = ids;
        Ok(until_due.and_then(|until_due| Duration::try_from(until_due).ok()))
    }

    /// Puts them in for everybody whom they concern; what is in already stays as it is.
    async fn put(&self, news: &[&Event]) -> Result<(), WebhookError> {
        for endpoint in self.endpoints.iter().filter(|_| !news.is_empty()) {
            let wanted = news
                .iter()
                .copied()
                .filter(|event| self.is_for(&endpoint.webhook, event));
            let wanted: Vec<&Event> = wanted.collect();
            let now = self.parts.dependencies.clock.now();
            self.outbox.put(endpoint.webhook.organisation, &wanted, now).await?;
            endpoint.news.notify_one();
        }
        Ok(())
    }

    /// Reminds municipalities of reports that are due, and of those that are late.
    async fn look_at_reports(&self) -> Result<(), WebhookError> {
        let (reference, journal) = (self.parts.dependencies.reference(), self.parts.ledger.journal().await?);
        let now = self.parts.dependencies.clock.now();
        let today = norwegian_date(now);
        let programmes = reference.programmes.iter();
        let reminders = programmes.flat_map(|programme| ReportReminder::on(today, programme, &reference, &journal));
        let events: Vec<Event> = reminders.map(|reminder| Event::of_report(reminder, now)).collect();
        let ids: HashSet<String> = events.iter().map(|event| event.id.clone()).collect();
        let known = self.reminded.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let news: Vec<&Event> = events.iter().filter(|event| !known.contains(&event.id)).collect();
        self.put(&news).await?;
        *self.reminded.lock().unwrap_or_else(PoisonError::into_inner) = ids;
        Ok(())
    }

    /// What is heard is known at once; that something is not is said only by a gateway that has listened.
    async fn look_at_sources(&self, has_listened: bool) -> Result<(), WebhookError> {
        let (view, now) = (
            self.parts.dependencies.views.current(),
            self.parts.dependencies.clock.now(),
        );
        let told = self.outbox.sources().await?;
        for source in self.parts.dependencies.freshness.0.keys().copied() {
            let seen = view.source(source);
            let state = seen.state(now, self.parts.dependencies.freshness.limit(source));
            match (told.get(source.as_str()), webhook::is_heard(state)) {
                (None, true) => self.outbox.insert(source.as_str()).await?,
                (Some(LastTold { is_heard, .. }), is) if *is_heard == is => {}
                // One that was never heard cannot fall silent.
                (None, false) => {}
                (Some(_), false) if !has_listened => {}
                (Some(before), _) => {
                    let event = Event::of_source(source, before.changes + 1, state, seen.heard_at(), now);
                    let webhooks = self.endpoints.iter().map(|endpoint| &endpoint.webhook);
                    let to: Vec<_> = webhooks
                        .filter(|webhook| self.is_for(webhook, &event))
                        .map(|webhook| webhook.organisation)
                        .collect();
                    self.outbox.transition(source.as_str(), *before, &event, &to).await?;
                }
            }
        }
        Ok(())
    }

    fn is_for(&self, webhook: &config::Webhook, event: &Event) -> bool {
        let reference = self.parts.dependencies.reference();
        let audience = Audience {
            access: &self.parts.roles.by(&reference),
            reference: &reference,
        };
        webhook.wants(event.kind()) && audience.may_know(webhook.organisation, event)
    }

    /// Tells an organisation what waits, in order, until nothing does or one message is not taken.
    async fn tell(&self, Endpoint { webhook, delivery, .. }: &Endpoint) -> Result<(), WebhookError> {
        let organisation = webhook.organisation;
        while let Some(message) = self
            .outbox
            .next(organisation, self.parts.dependencies.clock.now())
            .await?
        {
            let now = self.parts.dependencies.clock.now();
            match delivery.send(&message.id, &message.body, now).await {
                Ok(()) => {
                    self.outbox
                        .settle(organisation, &message.id, DeliveryOutcome::Delivered, now)
                        .await?;
                }
                Err(refused) => {
                    tracing::warn!(%organisation, message = %message.id, %refused, "a message was not taken");
                    count(organisation, "failed");
                    self.wait_or_set_aside(organisation, &message, now).await?;
                    break;
                }
            }
            count(organisation, "delivered");
            // Whoever lost the lead over one message leaves the next to the gateway that has it.
            if !self.leadership.leads().await {
                break;
            }
        }
        Ok(())
    }

    /// Says how many messages wait, for those who watch the gateway.
    async fn measure(&self) -> Result<(), WebhookError> {
        for Endpoint { webhook, .. } in &self.endpoints {
            let waiting = u32::try_from(self.outbox.waiting(webhook.organisation).await?).unwrap_or(u32::MAX);
            metrics::gauge!("programgrant_webhook_messages_waiting", "organisation" => webhook.organisation.to_string()).set(waiting);
        }
        Ok(())
    }

    async fn wait_or_set_aside(
        &self,
        organisation: OrganisationNumber,
        message: &Message,
        now: Timestamp,
    ) -> Result<(), WebhookError> {
        if now.duration_since(message.made_at) >= MAX_RETRY_AGE {
            tracing::error!(%organisation, message = %message.id, made_at = %message.made_at, "a message is set aside; nobody took it");
            count(organisation, "set_aside");
            self.outbox
                .settle(organisation, &message.id, DeliveryOutcome::SetAside, now)
                .await?;
        }
        let pause = SignedDuration::try_from(delivery::pause(message.failures)).unwrap_or(SignedDuration::MAX);
        Ok(self
            .outbox
            .postpone(organisation, now.checked_add(pause).unwrap_or(Timestamp::MAX))
            .await?)
    }
}

#[async_trait]
impl Worker for Webhooks {
    /// Looks and tells for ever; each organisation is told beside the others, so that one that is deaf holds nobody up.
    async fn run(&self) {
        if self.endpoints.is_empty() {
            return;
        }
        let telling = futures::future::join_all(self.endpoints.iter().map(|endpoint| self.keep_telling(endpoint)));
        tokio::join!(self.keep_looking(), telling);
    }
}

/// When whoever asked is to be told that the clearance nears its end.
fn notice_due(clearance: &Clearance) -> Timestamp {
    let notice = NOTICE.min(clearance.until.duration_since(clearance.since) / 2);
    clearance.until.checked_sub(notice).unwrap_or(clearance.until)
}

/// Why webhooks could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum WebhookSetupError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error("the webhooks' database failed")]
    Database(#[from] sqlx::Error),
}

fn count(organisation: OrganisationNumber, outcome: &'static str) {
    metrics::counter!("programgrant_webhook_messages_total", "organisation" => organisation.to_string(), "outcome" => outcome).increment(1);
}

/// Until a case was opened or changed, or may have been.
async fn case_news(news: &mut crate::store::database::FeedSubscription) {
    loop {
        match news.next().await {
            Notification::Said(what) if !what.starts_with(CASE_NEWS) => {}
            Notification::Said(_) | Notification::Missed => {
                news.skip();
                return;
            }
        }
    }
}
