//! The client of all measurements: HTTP/1.1 with keep-alive on a bare socket.
//!
//! It costs so little that the servers are measured and not the client. It understands only what
//! they send: answers with a Content-Length.

use std::net::SocketAddr;

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// One connection, used for one request after another.
pub(super) struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
}

/// An answer, valid until the next request.
pub(super) struct Answer<'a> {
    pub(super) status: u16,
    pub(super) body: &'a [u8],
}

impl Connection {
    pub(super) async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address)
            .await
            .with_context(|| format!("cannot connect to {address}"))?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            received: Vec::with_capacity(8 * 1024),
        })
    }

    /// Sends a whole request and waits for the whole answer.
    pub(super) async fn ask(&mut self, request: &[u8]) -> Result<Answer<'_>> {
        self.stream.write_all(request).await?;
        self.received.clear();
        let mut expected = None;
        loop {
            if self.stream.read_buf(&mut self.received).await? == 0 {
                bail!("the server closed the connection before its answer was complete");
            }
            if expected.is_none() {
                expected = head(&self.received)?;
            }
            if let Some((status, body, end)) = expected
                && self.received.len() >= end
            {
                return Ok(Answer {
                    status,
                    body: &self.received[body..end],
                });
            }
        }
    }
}

impl Answer<'_> {
    /// The body as text, for messages.
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(self.body).into_owned()
    }

    pub(super) fn holds(&self, text: &str) -> bool {
        find(self.body, text.as_bytes()).is_some()
    }
}

/// A request without a body.
pub(super) fn get(address: SocketAddr, target: &str, authorization: &str) -> Vec<u8> {
    format!(
        "GET {target} HTTP/1.1\r\nhost: {address}\r\nauthorization: {authorization}\r\n\
         accept: application/json\r\n\r\n"
    )
    .into_bytes()
}

/// A request with JSON.
pub(super) fn post(address: SocketAddr, target: &str, authorization: &str, body: &str) -> Vec<u8> {
    format!(
        "POST {target} HTTP/1.1\r\nhost: {address}\r\nauthorization: {authorization}\r\n\
         content-type: application/json\r\naccept: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// The status, and where the body begins and ends, once the head is complete.
fn head(received: &[u8]) -> Result<Option<(u16, usize, usize)>> {
    let Some(end) = find(received, b"\r\n\r\n") else {
        return Ok(None);
    };
    let text = std::str::from_utf8(&received[..end]).context("the answer's head is not text")?;
    let status = text
        .get(9..12)
        .and_then(|digits| digits.parse().ok())
        .with_context(|| format!("not an HTTP answer: {text}"))?;
    let length: usize = text
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, value)| value.trim().parse().ok())
        .with_context(|| format!("the answer has no length: {text}"))?;
    let body = end + 4;
    Ok(Some((status, body, body + length)))
}

/// Where `needle` first stands in `bytes`.
pub(super) fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    let (first, rest) = needle.split_first()?;
    let mut from = 0;
    while let Some(step) = bytes.get(from..)?.iter().position(|byte| byte == first) {
        let place = from + step;
        if bytes[place + 1..].starts_with(rest) {
            return Some(place);
        }
        from = place + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_complete_with_its_last_byte() {
        let text = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
        assert_eq!(head(&text[..20]).unwrap(), None);
        let (status, body, end) = head(text).unwrap().unwrap();
        assert_eq!((status, &text[body..end]), (200, &b"hello"[..]));
        assert!(head(b"HTTP/1.1 200 OK\r\n\r\n").is_err());
    }

    #[test]
    fn a_needle_is_found_where_it_first_stands() {
        assert_eq!(find(b"abcabd", b"abd"), Some(3));
        assert_eq!(find(b"aab", b"ab"), Some(1));
        assert_eq!(find(b"ab", b"abc"), None);
        assert_eq!(find(b"", b"a"), None);
    }
}
