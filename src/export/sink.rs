//! Where a file goes, piece by piece: into whatever can be written to, or to whoever takes the pieces one after the other.

use std::future::Future;
use std::io::{self, Write};
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Bytes;
use futures::Stream;
use tokio::sync::mpsc;

use super::{ExportError, ExportRequest, Exported, write};
use crate::http::LocalClient;

/// How many pieces may lie between who writes and who takes.
const AHEAD: usize = 2;

/// Takes a file.
pub trait Sink: Send {
    /// One piece; the next one comes when this one was taken.
    fn take(&mut self, piece: Vec<u8>) -> impl Future<Output = io::Result<()>> + Send;
}

/// Into a file, or to standard output.
pub struct WriteSink<W>(pub W);

impl<W: Write + Send> Sink for WriteSink<W> {
    async fn take(&mut self, piece: Vec<u8>) -> io::Result<()> {
        self.0.write_all(&piece)
    }
}

/// To whoever takes the pieces of a stream. The first is handed on even when it is empty: by then it is sure that there is a file, also where
/// its bytes come at the end alone, as those of a workbook do.
struct ChannelSink {
    pieces: mpsc::Sender<io::Result<Bytes>>,
    has_begun: bool,
}

impl Sink for ChannelSink {
    async fn take(&mut self, piece: Vec<u8>) -> io::Result<()> {
        if piece.is_empty() && std::mem::replace(&mut self.has_begun, true) {
            return Ok(());
        }
        self.has_begun = true;
        let sent = self.pieces.send(Ok(piece.into())).await;
        sent.map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

/// The pieces of a file, in their order. One that is an error is the last: what came before it is no file.
pub struct Pieces {
    first: Option<Bytes>,
    rest: mpsc::Receiver<io::Result<Bytes>>,
}

impl Stream for Pieces {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match self.first.take() {
            Some(first) => Poll::Ready(Some(Ok(first))),
            None => self.rest.poll_recv(context),
        }
    }
}

/// The same file as a stream: what an answer's body is made of. The error is that nothing of it could be had.
pub async fn stream(client: LocalClient, request: ExportRequest) -> Result<Pieces, ExportError> {
    let (sender, mut rest) = mpsc::channel(AHEAD);
    let mut sink = ChannelSink {
        pieces: sender.clone(),
        has_begun: false,
    };
    let writing = tokio::spawn(async move {
        let written: Result<Exported, ExportError> = write(client, &request, &mut sink).await;
        if let Err(error) = &written {
            let broken = io::Error::other(error.to_string());
            let _ = sender.send(Err(broken)).await;
        }
        written.map(drop)
    });
    match rest.recv().await {
        Some(Ok(first)) => Ok(Pieces {
            first: Some(first).filter(|first| !first.is_empty()),
            rest,
        }),
        _ => match writing.await {
            Ok(Err(error)) => Err(error),
            _ => Err(io::Error::from(io::ErrorKind::UnexpectedEof).into()),
        },
    }
}
