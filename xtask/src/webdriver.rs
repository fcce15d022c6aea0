//! A small client of the W3C WebDriver protocol: as much of it as one test of one window needs.
//!
//! WebKitWebDriver starts our program itself and speaks to the page inside, so neither a browser nor
//! another driver stands between.

use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use crate::desktop::Desktop;
use crate::process::Background;

/// How long the page may take to show what a step waits for.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often it is asked meanwhile.
const PAUSE: Duration = Duration::from_millis(50);
/// The key under which the protocol hands out an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A window under the driver's control; both are ended when this is dropped.
pub(crate) struct Session {
    agent: ureq::Agent,
    url: String,
    driver: Background,
}

/// An element of the page.
pub(crate) struct Element(String);

impl Session {
    /// Starts `program` on a desktop, with further variables in its environment.
    pub(crate) fn start(
        desktop: &Desktop,
        program: &Path,
        environment: &[(&str, &str)],
    ) -> Result<Self> {
        let port = free_port()?;
        let mut command = Command::new("WebKitWebDriver");
        command
            .arg(format!("--port={port}"))
            .envs(environment.iter().copied());
        // Without this the program would refuse to be driven.
        command.env("TAURI_WEBVIEW_AUTOMATION", "true");
        desktop.place(&mut command);
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(60)))
            .build()
            .into();
        let driver = Background::start(&mut command)?;
        let mut session = Self {
            agent,
            url: format!("http://127.0.0.1:{port}"),
            driver,
        };
        session.wait_for_driver()?;
        let options = json!({ "binary": program, "args": [] });
        let wanted = json!({
            "capabilities": { "alwaysMatch": { "webkitgtk:browserOptions": options } }
        });
        let answer = session
            .post("/session", &wanted)
            .context("the window did not open")?;
        let id = answer["sessionId"]
            .as_str()
            .context("the driver gave no session")?;
        session.url = format!("{}/session/{id}", session.url);
        Ok(session)
    }

    /// The one element that matches an XPath expression, as soon as there is one.
    pub(crate) fn find(&self, xpath: &str) -> Result<Element> {
        self.wait_until(xpath, || Ok(self.all(xpath)?.into_iter().next()))
    }

    /// All elements that match now.
    pub(crate) fn all(&self, xpath: &str) -> Result<Vec<Element>> {
        let found = self.post("/elements", &json!({ "using": "xpath", "value": xpath }))?;
        let list = found
            .as_array()
            .context("the driver gave no list of elements")?;
        Ok(list
            .iter()
            .filter_map(|element| element[ELEMENT].as_str())
            .map(|id| Element(id.to_owned()))
            .collect())
    }

    /// Asks again and again until there is an answer.
    pub(crate) fn wait_until<T>(
        &self,
        what: &str,
        mut ask: impl FnMut() -> Result<Option<T>>,
    ) -> Result<T> {
        let start = Instant::now();
        loop {
            if let Some(found) = ask()? {
                return Ok(found);
            }
            if start.elapsed() > PATIENCE {
                bail!("waited {} s in vain for: {what}", PATIENCE.as_secs());
            }
            thread::sleep(PAUSE);
        }
    }

    pub(crate) fn click(&self, element: &Element) -> Result<()> {
        self.post(&format!("/element/{}/click", element.0), &json!({}))
            .map(|_| ())
    }

    /// The text inside an element. Not the protocol's own idea of it: WebKitWebDriver holds some
    /// elements that anybody can see for hidden, and hidden ones have no text there.
    pub(crate) fn text(&self, element: &Element) -> Result<String> {
        let text = self.get(&format!("/element/{}/property/textContent", element.0))?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// The name that a screen reader would say.
    pub(crate) fn name(&self, element: &Element) -> Result<String> {
        let name = self.get(&format!("/element/{}/computedlabel", element.0))?;
        Ok(name.as_str().unwrap_or_default().to_owned())
    }

    /// Whether a box or a radio button is chosen.
    pub(crate) fn is_selected(&self, element: &Element) -> Result<bool> {
        Ok(self.get(&format!("/element/{}/selected", element.0))? == true)
    }

    /// Writes a picture of the page to a PNG file.
    pub(crate) fn save_picture(&self, file: &Path) -> Result<()> {
        let picture = self.get("/screenshot")?;
        let picture = picture.as_str().context("the driver gave no picture")?;
        std::fs::write(file, BASE64_STANDARD.decode(picture)?)?;
        Ok(())
    }

    /// Ends the session, and with it the window.
    pub(crate) fn close(self) -> Result<()> {
        answered(self.agent.delete(&self.url).call()?).map(|_| ())
    }

    fn wait_for_driver(&mut self) -> Result<()> {
        let start = Instant::now();
        while self.get("/status").is_err() {
            if !self.driver.is_alive() || start.elapsed() > PATIENCE {
                bail!("WebKitWebDriver did not get ready");
            }
            thread::sleep(PAUSE);
        }
        Ok(())
    }

    fn get(&self, path: &str) -> Result<Value> {
        answered(self.agent.get(format!("{}{path}", self.url)).call()?)
    }

    fn post(&self, path: &str, body: &Value) -> Result<Value> {
        answered(
            self.agent
                .post(format!("{}{path}", self.url))
                .send_json(body)?,
        )
    }
}

/// The value of the driver's answer, or its complaint.
fn answered(mut response: ureq::http::Response<ureq::Body>) -> Result<Value> {
    let status = response.status();
    // Pictures are larger than the limit that a body has otherwise.
    let mut answer: Value = response
        .body_mut()
        .with_config()
        .limit(64 << 20)
        .read_json()?;
    let value = answer["value"].take();
    if !status.is_success() {
        bail!(
            "the driver says: {}",
            value["message"].as_str().unwrap_or("no reason")
        );
    }
    Ok(value)
}

fn free_port() -> Result<u16> {
    // Given back at once: the driver cannot be handed a socket, and nobody else is likely to take it.
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
