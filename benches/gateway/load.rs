//! Who asks: a process of its own that keeps connections open, sends prepared bytes and counts what comes back. It is as cheap as
//! can be, for it shares the processors with whom it measures.

use std::cell::{Cell, RefCell};
use std::process::Stdio;
use std::rc::Rc;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::process::Command;
use tokio::task::LocalSet;

use crate::process::{self, Server};

/// Stands in a request where each has another number, of as many digits.
pub const NUMBER: &str = "@@@@@@@";
const FIRST_NUMBER: u32 = 1_000_000;
/// So that no two loads of one run ask the same, however many each asks.
const NUMBERS_PER_LOAD: u32 = 60_000;
const WARMING: Duration = Duration::from_millis(500);

/// How much is asked.
#[derive(Serialize, Deserialize, Clone, Copy)]
pub struct Load {
    pub connections: usize,
    /// Requests a second, evenly spread; 0: each connection asks again as soon as it is answered.
    pub rate: u32,
    pub window: Duration,
    /// The how manieth load of the run.
    pub turn: u32,
}

/// What came back within the window.
#[derive(Serialize, Deserialize, Clone, Copy, Debug)]
pub struct Measured {
    pub requests: usize,
    /// A second.
    pub rate: f64,
    /// In microseconds, as is the next.
    pub p50: f64,
    pub p99: f64,
    /// Of whom was asked, a request, in microseconds.
    pub cpu: f64,
    /// What whom was asked held at the end, in bytes.
    pub memory: f64,
}

#[derive(Serialize, Deserialize)]
struct Order {
    address: String,
    pid: u32,
    request: String,
    status: u16,
    load: Load,
}

/// Asks a server from another process.
pub async fn put(load: Load, server: &Server, request: &str, status: u16) -> Measured {
    let order = Order {
        address: server.address.clone(),
        pid: server.pid,
        request: request.to_owned(),
        status,
        load,
    };
    let order = serde_json::to_string(&order).expect("JSON");
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command
        .args(["as-client", &order])
        .stdout(Stdio::piped())
        .kill_on_drop(true);
    let said = command
        .spawn()
        .expect("a client")
        .wait_with_output()
        .await
        .expect("it ends");
    assert!(said.status.success(), "a client has failed");
    serde_json::from_slice(&said.stdout).expect("what it has measured")
}

/// The client's own process.
pub fn client(arguments: &[&str]) {
    let order: Order = serde_json::from_str(arguments.first().expect("an order")).expect("an order");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let measured = LocalSet::new().block_on(&runtime, ask(Rc::new(order)));
    println!("{}", serde_json::to_string(&measured).expect("JSON"));
}

struct Asking {
    order: Rc<Order>,
    next: Cell<u32>,
    /// Whether the window is open.
    counts: Cell<bool>,
    times: RefCell<Vec<Duration>>,
}

async fn ask(order: Rc<Order>) -> Measured {
    let asking = Rc::new(Asking {
        next: Cell::new(FIRST_NUMBER + order.load.turn * NUMBERS_PER_LOAD),
        counts: Cell::new(false),
        times: RefCell::new(Vec::with_capacity(1 << 20)),
        order: Rc::clone(&order),
    });
    for index in 0..order.load.connections {
        tokio::task::spawn_local(Rc::clone(&asking).connection(index));
    }
    tokio::time::sleep(WARMING).await;
    let (begun, before) = (Instant::now(), process::cpu(order.pid));
    asking.counts.set(true);
    tokio::time::sleep(order.load.window).await;
    asking.counts.set(false);
    let (took, cpu) = (begun.elapsed(), process::cpu(order.pid).saturating_sub(before));
    let mut times = asking.times.take();
    assert!(!times.is_empty(), "nothing was answered");
    times.sort_unstable();
    let at = |percent: usize| micros(times[(times.len() - 1) * percent / 100]);
    #[allow(clippy::cast_precision_loss, reason = "counts of a few seconds")]
    Measured {
        requests: times.len(),
        rate: times.len() as f64 / took.as_secs_f64(),
        p50: at(50),
        p99: at(99),
        cpu: micros(cpu) / times.len() as f64,
        memory: process::resident(order.pid) as f64,
    }
}

pub fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

impl Asking {
    async fn connection(self: Rc<Self>, index: usize) {
        let mut socket = Socket::open(&self.order.address).await;
        let mut request = self.order.request.clone().into_bytes();
        let numbered = self.order.request.find(NUMBER);
        let mut turns = Turns::new(&self.order.load, index);
        loop {
            if let Some(place) = numbered {
                let number = self.next.get();
                self.next.set(number + 1);
                request[place..place + NUMBER.len()].copy_from_slice(number.to_string().as_bytes());
            }
            let begun = turns.next().await;
            let status = socket.exchange(&request).await;
            assert_eq!(status, self.order.status, "an answer of another status");
            if self.counts.get() {
                self.times.borrow_mut().push(begun.elapsed());
            }
        }
    }
}

/// When a connection asks.
struct Turns {
    next: tokio::time::Instant,
    every: Option<Duration>,
}

impl Turns {
    fn new(load: &Load, index: usize) -> Self {
        let (index, connections) = (
            u32::try_from(index).expect("few"),
            u32::try_from(load.connections).expect("few"),
        );
        let apart = (load.rate > 0).then(|| Duration::from_secs(1) / load.rate);
        Self {
            next: tokio::time::Instant::now() + apart.unwrap_or_default() * index,
            every: apart.map(|apart| apart * connections),
        }
    }

    /// From when on the answer is waited for: who could not ask in time because it was waiting has waited since then.
    async fn next(&mut self) -> Instant {
        let Some(every) = self.every else {
            return Instant::now();
        };
        let due = self.next;
        self.next += every;
        if due < tokio::time::Instant::now() {
            return due.into_std();
        }
        tokio::time::sleep_until(due).await;
        Instant::now()
    }
}

/// One connection of HTTP/1.1.
struct Socket {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Socket {
    async fn open(address: &str) -> Self {
        let stream = TcpStream::connect(address).await.expect("a connection");
        stream.set_nodelay(true).expect("a socket");
        Self {
            stream,
            buffer: Vec::with_capacity(1 << 16),
        }
    }

    /// Sends a request and reads its answer to the end; its status.
    async fn exchange(&mut self, request: &[u8]) -> u16 {
        self.stream.write_all(request).await.expect("it can be sent");
        self.buffer.clear();
        loop {
            let read = self.stream.read_buf(&mut self.buffer).await.expect("an answer");
            assert!(read > 0, "the connection was closed");
            if let Some((head, status, body)) = head(&self.buffer)
                && self.buffer.len() >= head + body
            {
                return status;
            }
        }
    }
}

/// How long the head is, the status, and how long the body will be.
fn head(bytes: &[u8]) -> Option<(usize, u16, usize)> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let text = std::str::from_utf8(&bytes[..end]).expect("a head");
    let status = text.get(9..12)?.parse().expect("a status");
    let length = text.find("content-length: ").map(|place| {
        let rest = &text[place + "content-length: ".len()..];
        rest[..rest.find('\r').expect("a line's end")]
            .parse()
            .expect("a length")
    });
    let has_body = status != 304 && status != 204;
    assert!(!has_body || length.is_some(), "a body of unknown length");
    Some((end, status, length.filter(|_| has_body).unwrap_or(0)))
}

/// One answer: its head as it came, and its body.
pub async fn once(address: &str, request: &str) -> (String, String) {
    let mut socket = Socket::open(address).await;
    let request = request.replace(NUMBER, "9999999");
    socket.exchange(request.as_bytes()).await;
    let (end, ..) = head(&socket.buffer).expect("a head");
    let body = socket.buffer.split_off(end);
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (text(socket.buffer), text(body))
}
