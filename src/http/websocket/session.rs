//! One connection from its upgrade to its close: messages are read one at a time, operations run beside each other, and whatever
//! they say is sent in turn. Nothing piles up: an operation waits until what it says was taken.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Weak};
use std::time::Duration;

use axum::extract::ws::{Message, WebSocket};
use axum::http::{HeaderMap, StatusCode};
use futures::stream::{SplitSink, SplitStream};
use futures::{SinkExt, StreamExt};
use programgrant_core::access::Caller;
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};

use super::close_codes::CloseReason;
use super::connection_init;
use super::operation::{Output, Said, run};
use super::protocol::{Conversation, Operation, Step, refused};
use crate::config::WebSocketSettings;
use crate::graphql::Live;
use crate::http::admission::Incoming;
use crate::http::reference::RequestId;
use crate::http::state::{AppState, Service};

/// How long finding out who connects may take.
const IDENTIFYING: Duration = Duration::from_secs(10);
/// How often it is looked whether the token has ended.
const LOOKING: Duration = Duration::from_millis(500);
/// How long what was asked for once may still be answered while the server drains.
const DRAINING: Duration = Duration::from_secs(5);
/// How long the other side may take to close in its turn.
const PARTING: Duration = Duration::from_secs(1);
/// Answers that wait for their turn.
const QUEUE: usize = 16;

/// Closes a connection that speaks no protocol of ours.
pub async fn turn_away(socket: WebSocket) {
    Line::new(socket, PARTING).close(CloseReason::other_subprotocol()).await;
}

/// Why a conversation ends.
enum End {
    Close(CloseReason),
    /// The other side has said farewell.
    Parted,
    /// The other side is gone, or hears nothing.
    Gone,
}

/// Who is at the other end, and how that was found out.
struct Client {
    caller: Caller,
    headers: HeaderMap,
    /// Which service vouches for it; once there is another, it is asked again.
    service: Weak<Service>,
}

/// One connection.
pub struct Session {
    state: AppState,
    /// The upgrade's.
    headers: HeaderMap,
    address: Option<IpAddr>,
    terms: WebSocketSettings,
    conversation: Conversation,
    client: Option<Client>,
    tasks: JoinSet<()>,
    running: HashMap<u64, AbortHandle>,
    outputs: mpsc::Sender<Output>,
    /// Taken by the conversation's loop.
    pending: Option<mpsc::Receiver<Output>>,
}

impl Session {
    pub fn new(state: AppState, headers: HeaderMap, address: Option<IpAddr>, terms: WebSocketSettings) -> Self {
        let (outputs, pending) = mpsc::channel(QUEUE);
        let conversation = Conversation::new(terms.operations);
        Self {
            state,
            headers,
            address,
            terms,
            conversation,
            client: None,
            tasks: JoinSet::new(),
            running: HashMap::new(),
            outputs,
            pending: Some(pending),
        }
    }

    /// Serves until either side ends it; operations under way end with it.
    pub async fn serve(mut self, socket: WebSocket) {
        let mut line = Line::new(socket, self.terms.ping.get());
        let Some(pending) = self.pending.take() else { return };
        let end = self.converse(&mut line, pending).await;
        self.tasks.abort_all();
        match end {
            End::Close(closing) => line.close(closing).await,
            End::Parted => line.part().await,
            End::Gone => {}
        }
    }

    async fn converse(&mut self, line: &mut Line, mut pending: mpsc::Receiver<Output>) -> End {
        let closing = self.state.closing.clone();
        let mut initialisation = std::pin::pin!(sleep(self.terms.initialisation.get()));
        let mut draining = std::pin::pin!(async {
            closing.cancelled().await;
            sleep(DRAINING).await;
        });
        let mut look = interval(LOOKING);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut ping = interval(self.terms.ping.get());
        ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut was_heard = true;
        loop {
            if closing.is_cancelled() && self.running.is_empty() {
                return End::Close(CloseReason::going_away());
            }
            let done = tokio::select! {
                message = line.stream.next() => {
                    was_heard = true;
                    self.hear(line, message).await
                }
                Some(output) = pending.recv() => self.pass_on(line, output).await,
                () = &mut initialisation, if !self.conversation.has_begun() => Err(End::Close(CloseReason::initialisation_timeout())),
                _ = look.tick() => self.look().await,
                _ = ping.tick() => {
                    if std::mem::take(&mut was_heard) { line.send(Message::Ping(Vec::new().into())).await } else { Err(End::Gone) }
                }
                () = closing.cancelled(), if !closing.is_cancelled() => Ok(()),
                () = &mut draining => Err(End::Close(CloseReason::going_away())),
                Some(_) = self.tasks.join_next() => Ok(()),
            };
            if let Err(end) = done {
                return end;
            }
        }
    }

    async fn hear(&mut self, line: &mut Line, message: Option<Result<Message, axum::Error>>) -> Result<(), End> {
        let step = match message {
            Some(Ok(Message::Text(text))) => self.read(text.as_bytes()),
            Some(Ok(Message::Binary(bytes))) => self.read(&bytes),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Step::Nothing,
            Some(Ok(Message::Close(_))) => return Err(End::Parted),
            None => return Err(End::Gone),
            Some(Err(error)) => return Err(unreadable(&error)),
        };
        match step {
            Step::Nothing => Ok(()),
            Step::Say(text) => line.say(text).await,
            Step::Refuse(id, refusal) => {
                let reference = RequestId::new();
                tracing::debug!(%reference, code = refusal.code, "refused");
                line.say(refused(&id, &refusal, &reference)).await
            }
            Step::Close(closing) => Err(End::Close(closing)),
            Step::Identify(payload) => {
                let headers =
                    connection_init::headers(&self.headers, &payload).ok_or(End::Close(CloseReason::forbidden()))?;
                self.client = Some(self.identify(headers).await?);
                self.look().await?;
                line.say(self.conversation.acknowledge()).await
            }
            Step::Start(operation, incoming) => {
                self.start(operation, incoming);
                Ok(())
            }
            Step::Stop(operation) => {
                self.stop(&operation);
                Ok(())
            }
        }
    }

    fn read(&mut self, message: &[u8]) -> Step {
        match self.state.service().admission.look_at(message) {
            Ok(()) => self.conversation.hear(message),
            Err(_) => Step::Close(CloseReason::invalid()),
        }
    }

    async fn identify(&self, headers: HeaderMap) -> Result<Client, End> {
        let service = self.state.service();
        let caller = timeout(IDENTIFYING, service.caller(&headers))
            .await
            .map_err(|_| End::Close(CloseReason::try_again()))?;
        let caller = caller.map_err(|refusal| {
            let may_pass = refusal.status.is_server_error() || refusal.status == StatusCode::TOO_MANY_REQUESTS;
            End::Close(if may_pass {
                CloseReason::try_again()
            } else {
                CloseReason::forbidden()
            })
        })?;
        Ok(Client {
            caller,
            headers,
            service: Arc::downgrade(&service),
        })
    }

    /// Ends the connection with its token, and where another service thinks otherwise of the caller.
    async fn look(&mut self) -> Result<(), End> {
        let Some(known) = &self.client else { return Ok(()) };
        if self.has_expired() {
            return Err(End::Close(CloseReason::token_expired()));
        }
        if std::ptr::eq(known.service.as_ptr(), Arc::as_ptr(&self.state.service())) {
            return Ok(());
        }
        let anew = self.identify(known.headers.clone()).await?;
        if anew.caller != known.caller {
            return Err(End::Close(CloseReason::restart()));
        }
        self.client = Some(anew);
        Ok(())
    }

    fn has_expired(&self) -> bool {
        let until = self.client.as_ref().and_then(|known| known.caller.until);
        until.is_some_and(|until| self.state.service().gateway.dependencies.clock.now() >= until)
    }

    fn start(&mut self, operation: Operation, incoming: Incoming) {
        let Some(known) = &self.client else { return };
        let state = self.state.clone();
        let gateway = Arc::new(move || Arc::clone(&state.service().gateway));
        let live = Live {
            schema: self.state.schema.clone(),
            gateway,
            caller: known.caller.clone(),
        };
        let serial = operation.serial;
        let incoming = Incoming {
            address: self.address,
            ..incoming
        };
        let task = run(operation, incoming, live, self.state.clone(), self.outputs.clone());
        self.running.insert(serial, self.tasks.spawn(task));
    }

    fn stop(&mut self, operation: &Operation) {
        if let Some(task) = self.running.remove(&operation.serial) {
            task.abort();
        }
    }

    /// Sends what an operation says, as long as anybody may hear it.
    async fn pass_on(&mut self, line: &mut Line, Output { operation, said }: Output) -> Result<(), End> {
        if self.has_expired() {
            return Err(End::Close(CloseReason::token_expired()));
        }
        let text = match said {
            Said::Next(response) => self.conversation.next(&operation, &response),
            Said::Refused(refusal, reference) => self.conversation.refuse(&operation, &refusal, &reference),
            Said::Completed => self.conversation.complete(&operation),
            Said::Left => {
                self.stop(&operation);
                None
            }
        };
        if !self.conversation.is_active(&operation) {
            self.stop(&operation);
        }
        match text {
            Some(text) => line.say(text).await,
            None => Ok(()),
        }
    }
}

/// The library's own error type is not ours to name; its texts are held by the tests of these codes.
fn unreadable(error: &axum::Error) -> End {
    let text = error.to_string();
    if text.starts_with("Space limit exceeded") {
        End::Close(CloseReason::too_large())
    } else if text.contains("UTF-8") {
        End::Close(CloseReason::no_text())
    } else if text.starts_with("WebSocket protocol error") && !text.contains("without closing handshake") {
        End::Close(CloseReason::protocol_error())
    } else {
        End::Gone
    }
}

/// Both directions of a connection.
struct Line {
    sink: SplitSink<WebSocket, Message>,
    stream: SplitStream<WebSocket>,
    /// How long the client may take to take a message. Whoever is slower loses the connection, not the gateway its memory.
    patience: Duration,
}

impl Line {
    fn new(socket: WebSocket, patience: Duration) -> Self {
        let (sink, stream) = socket.split();
        Self { sink, stream, patience }
    }

    async fn say(&mut self, text: String) -> Result<(), End> {
        self.send(Message::Text(text.into())).await
    }

    async fn send(&mut self, message: Message) -> Result<(), End> {
        match timeout(self.patience, self.sink.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(End::Gone),
        }
    }

    /// Returns the other side's farewell: the library does so as long as it is asked for more.
    async fn part(mut self) {
        let parting = async { while let Some(Ok(_)) = self.stream.next().await {} };
        let _ = timeout(PARTING, parting).await;
    }

    /// Says why, and waits for the other side: what was not read by then would make the farewell itself get lost.
    async fn close(mut self, closing: CloseReason) {
        if self.send(closing.frame()).await.is_err() {
            return;
        }
        let parting = async {
            while let Some(Ok(message)) = self.stream.next().await {
                if matches!(message, Message::Close(_)) {
                    return;
                }
            }
            std::future::pending::<()>().await;
        };
        // Whoever does not answer is left behind.
        let _ = timeout(PARTING, parting).await;
    }
}
