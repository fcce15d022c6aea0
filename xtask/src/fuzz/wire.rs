//! A client that sends any bytes and understands the answers: HTTP/1.1 on a socket that it keeps.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, bail};

/// Longer than this nothing may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// A request as it goes over the wire.
pub(super) struct Sent {
    pub(super) bytes: Vec<u8>,
    /// Whether the answer has a body: one to HEAD has not.
    pub(super) answer_has_body: bool,
    /// Whether the connection is of no use afterwards, whatever the answer says.
    pub(super) last: bool,
}

/// What came back.
pub(super) struct Answer {
    pub(super) status: u16,
    /// The booking that it made or changed.
    pub(super) booking_id: Option<String>,
}

/// A connection that is opened when it is needed.
pub(super) struct Connection {
    address: SocketAddr,
    stream: Option<TcpStream>,
    received: Vec<u8>,
}

impl Connection {
    pub(super) fn new(address: SocketAddr) -> Self {
        Self {
            address,
            stream: None,
            received: Vec::new(),
        }
    }

    /// Sends a request and waits for its answer.
    pub(super) fn send(&mut self, sent: &Sent) -> Result<Answer> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => open(self.address)?,
        };
        // The server may refuse a request before it has read all of it: then its answer counts.
        let written = stream.write_all(&sent.bytes);
        let answered = self.read(&mut stream, sent.answer_has_body);
        let (answer, closes) = answered.with_context(|| match written {
            Ok(()) => "no answer".to_owned(),
            Err(error) => format!("no answer, and it could not be sent: {error}"),
        })?;
        if !closes && !sent.last {
            self.stream = Some(stream);
        }
        Ok(answer)
    }

    fn read(&mut self, stream: &mut TcpStream, has_body: bool) -> Result<(Answer, bool)> {
        self.received.clear();
        let mut chunk = [0; 16 * 1024];
        loop {
            if let Some(end) = place(&self.received, b"\r\n\r\n") {
                let head = String::from_utf8_lossy(&self.received[..end]).to_ascii_lowercase();
                let field = |name: &str| {
                    let mut lines = head.lines().filter_map(|line| line.split_once(':'));
                    lines
                        .find(|(field, _)| *field == name)
                        .map(|(_, value)| value.trim())
                };
                let length: usize = match field("content-length") {
                    Some(length) if has_body => length.parse()?,
                    _ => 0,
                };
                let body = end + 4;
                if self.received.len() >= body + length {
                    let status = head.get(9..12).and_then(|status| status.parse().ok());
                    let status = status.with_context(|| format!("no status in {head}"))?;
                    let booking_id = booking_id(&self.received[body..]);
                    let closes = field("connection") == Some("close");
                    return Ok((Answer { status, booking_id }, closes));
                }
            }
            match stream.read(&mut chunk)? {
                0 => bail!("the server closed the connection"),
                read => self.received.extend_from_slice(&chunk[..read]),
            }
        }
    }
}

fn open(address: SocketAddr) -> Result<TcpStream> {
    let stream = TcpStream::connect(address).context("cannot connect")?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    Ok(stream)
}

fn booking_id(body: &[u8]) -> Option<String> {
    const MARK: &[u8] = b"\"booking_id\":\"";
    let rest = &body[place(body, MARK)? + MARK.len()..];
    let end = place(rest, b"\"")?;
    Some(String::from_utf8_lossy(&rest[..end]).into_owned())
}

fn place(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes
        .windows(needle.len())
        .position(|window| window == needle)
}
