//! One test in the real window: it shows an address, a request sent there becomes a row, and a toggle
//! clicked in the window changes the next answer.
//!
//! Everything else about the page is tested in a browser; here it is the shell's part that counts:
//! the program starts, hands its access over, and the page in its own protocol reaches the engine.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use crate::desktop::Desktop;
use crate::webdriver::Session;
use crate::workspace::{Profile, Workspace};

/// Builds the window and runs the test; `None` where there is no driver for it.
pub(crate) fn run(workspace: &Workspace) -> Result<Option<u64>> {
    if !cfg!(target_os = "linux") {
        println!("Skipped: WebKit's driver exists on Linux only.");
        return Ok(None);
    }
    workspace.build_all()?;
    let folder = workspace.target().join("desktop-smoke");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let picture = workspace.target().join("desktop-smoke.png");
    let data = folder.join("engine");
    let data = data
        .to_str()
        .context("the target folder's path is not text")?;

    let desktop = Desktop::start(&folder)?;
    let program = workspace.binary(Profile::Debug, "mock-partner-desktop");
    let environment = [
        ("MOCK_PARTNER_DATA_DIR", data),
        // Free ones, because a developer's own window may have the usual ones.
        ("MOCK_PARTNER_PORT", "0"),
        ("MOCK_PARTNER_CONTROL_PORT", "0"),
    ];
    let session = Session::start(&desktop, &program, &environment)?;
    let outcome = drive(&session);
    // Above all when it failed: then the picture is the quickest explanation.
    let pictured = session.save_picture(&picture);
    outcome.with_context(|| format!("the desktop test failed; see {}", picture.display()))?;
    pictured?;
    session.close()?;
    println!("The window's picture is in {}.", picture.display());
    println!("1 passed, 0 failed");
    Ok(Some(1))
}

fn drive(session: &Session) -> Result<()> {
    let address = shown_address(session)?;
    println!("The window shows {address}.");

    let first = create_booking(&address, "first")?;
    ensure!(
        first["booking"]["status"] == "CONFIRMED",
        "the first answer is no confirmed booking: {first}"
    );
    wait_for_row(session, "CONFIRMED")?;
    println!("The first booking is confirmed and has its row.");

    let toggle = session.find(
        "//label[contains(., 'SLOT_UNAVAILABLE')]//input[@type='radio'] \
         | //*[@role='radio'][contains(., 'SLOT_UNAVAILABLE')]",
    )?;
    let name = session.name(&toggle)?;
    ensure!(
        name.contains("SLOT_UNAVAILABLE"),
        "the toggle is named “{name}”"
    );
    session.click(&toggle)?;
    // The page shows what the engine said, so a chosen toggle is one that is in force.
    session.wait_until("the toggle to be in force", || {
        Ok(session.is_selected(&toggle)?.then_some(()))
    })?;

    let second = create_booking(&address, "second")?;
    ensure!(
        second["booking_failure"]["cause"] == "SLOT_UNAVAILABLE" && second["booking"].is_null(),
        "the second answer is no failure: {second}"
    );
    wait_for_row(session, "SLOT_UNAVAILABLE")?;
    println!("After one click the second is SLOT_UNAVAILABLE and has its row, too.");
    Ok(())
}

/// The address that the page offers for copying.
fn shown_address(session: &Session) -> Result<String> {
    session.text(&session.find("//code[starts-with(., 'http://127.0.0.1:')]")?)
}

fn wait_for_row(session: &Session, word: &str) -> Result<()> {
    let row = format!("//*[@role='row'][contains(., 'CreateBooking')][contains(., '{word}')]");
    session.find(&row).map(|_| ())
}

/// Sends a booking as a test client would: over HTTP, with the mock's own credentials.
fn create_booking(address: &str, token: &str) -> Result<Value> {
    let body = json!({
        "slot": {
            "merchant_id": "desktop-smoke",
            "service_id": "massage",
            "start_sec": "4102444800",
            "duration_sec": "1800",
        },
        "user_information": {
            "user_id": "1",
            "given_name": "Mina",
            "family_name": "Okafor",
            "telephone": "+1 800-789-7890",
            "email": "mina@example.com",
        },
        "idempotency_token": token,
    });
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(10)))
        .build()
        .into();
    let mut response = agent
        .post(format!("{address}/v3/CreateBooking"))
        // mock:partner
        .header("Authorization", "Basic bW9jazpwYXJ0bmVy")
        .send_json(&body)?;
    if response.status() != 200 {
        bail!("CreateBooking was answered with {}", response.status());
    }
    Ok(response.body_mut().read_json()?)
}
