//! The socket that is listened on: nobody is accepted before there is a slot, and each connection keeps its slot until it is
//! closed.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum_server::{AddrListener, Address};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

use super::connections::{Connection, Connections, Slot};

/// Who is at the other end. The listener's own address has no connection.
#[derive(Debug, Clone)]
pub struct Peer {
    pub address: SocketAddr,
    pub connection: Option<Arc<Connection>>,
}

impl Address for Peer {
    type Stream = TrackedStream;
    type Listener = Listener;
}

/// A bound socket, and the slots for whoever comes.
#[derive(Debug)]
pub struct Listener {
    pub socket: TcpListener,
    pub connections: Arc<Connections>,
}

impl AddrListener<TrackedStream, Peer> for Listener {
    async fn bind_to(_: Peer) -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// An error means that the process or the machine is out of files; the server tries again soon, when there may be one.
    async fn accept_stream(&self) -> io::Result<(TrackedStream, Peer)> {
        let capacity = self.connections.capacity().await;
        let (stream, address) = self.socket.accept().await.inspect_err(|error| {
            tracing::warn!(%error, "a connection could not be accepted");
            self.connections.evict_one(Instant::now());
        })?;
        let slot = self.connections.enter(capacity);
        // An answer goes out whole; waiting for more to send would only delay it.
        let _ = stream.set_nodelay(true);
        let peer = Peer {
            address,
            connection: Some(Arc::clone(&slot.connection)),
        };
        Ok((TrackedStream { stream, slot }, peer))
    }

    fn get_local_addr(&self) -> io::Result<Peer> {
        Ok(Peer {
            address: self.socket.local_addr()?,
            connection: None,
        })
    }
}

/// A connection in its slot. Once it is evicted, it reads the end as soon as nothing more is there.
#[derive(Debug)]
pub struct TrackedStream {
    stream: TcpStream,
    slot: Slot,
}

impl AsyncRead for TrackedStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let outcome = Pin::new(&mut self.stream).poll_read(context, buffer);
        let connection = &self.slot.connection;
        if outcome.is_pending() {
            connection.waker.register(context.waker());
            return if connection.is_evicted() {
                Poll::Ready(Ok(()))
            } else {
                Poll::Pending
            };
        }
        if buffer.filled().len() > before {
            connection.hears();
        }
        outcome
    }
}

impl AsyncWrite for TrackedStream {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.said(context, outcome)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write_vectored(context, bytes);
        self.said(context, outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

impl TrackedStream {
    fn said(&self, context: &Context<'_>, outcome: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        let connection = &self.slot.connection;
        if outcome.is_pending() {
            connection.waker.register(context.waker());
            return if connection.is_evicted() {
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            } else {
                Poll::Pending
            };
        }
        connection.says();
        outcome
    }
}
