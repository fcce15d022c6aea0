//! Opens the engine and its two listeners for the window, and ends them.
//!
//! Not here: any decision about a request. The ports and the folder can be named by environment
//! variables, because tests start the real program beside one that somebody is using.

use std::net::TcpListener;
use std::path::PathBuf;

use partner::{Engine, EngineOptions};
use partner_server::{Running, ServeOptions};

const HOST: &str = "127.0.0.1";
const BOOKING_PORT: u16 = 8790;
const CONTROL_PORT: u16 = 8791;

/// Where the engine keeps its data and listens.
pub(crate) struct Places {
    data_dir: PathBuf,
    port: u16,
    control_port: u16,
}

impl Places {
    /// The usual places, or those that the environment names.
    pub(crate) fn from_environment() -> Result<Self, String> {
        let control_port = match port_from("MOCK_PARTNER_CONTROL_PORT")? {
            Some(port) => port,
            None => control_port_or_a_free_one(),
        };
        Ok(Self {
            data_dir: std::env::var_os("MOCK_PARTNER_DATA_DIR")
                .map_or_else(partner::default_data_dir, PathBuf::from),
            port: port_from("MOCK_PARTNER_PORT")?.unwrap_or(BOOKING_PORT),
            control_port,
        })
    }
}

/// Starts everything that the window talks to. The error is one sentence for the user.
pub(crate) async fn start(places: Places) -> Result<Running, String> {
    let options = EngineOptions {
        data_dir: Some(places.data_dir),
        ..EngineOptions::default()
    };
    // Opening reads and migrates files, which would hold up the runtime's other work.
    let engine = tokio::task::spawn_blocking(move || Engine::open(options))
        .await
        .map_err(|error| format!("Mock Partner could not start: {error}."))?
        .map_err(|error| error.to_string())?;
    let options = ServeOptions {
        host: HOST.to_owned(),
        port: places.port,
        control_port: places.control_port,
        // A taken port is told in the window, which offers a free one.
        keep_going_if_port_taken: true,
        ..ServeOptions::default()
    };
    partner_server::start(engine, options)
        .await
        .map_err(|error| error.to_string())
}

fn port_from(variable: &str) -> Result<Option<u16>, String> {
    match std::env::var(variable) {
        Err(_) => Ok(None),
        Ok(text) => parse_port(variable, &text).map(Some),
    }
}

fn parse_port(variable: &str, text: &str) -> Result<u16, String> {
    text.parse()
        .map_err(|_| format!("{variable} is “{text}”, but must be a port between 0 and 65535."))
}

/// The page learns the control port from the shell, so nobody is hurt by another one. It is the
/// usual one whenever possible, because scripts that steer the window know it.
fn control_port_or_a_free_one() -> u16 {
    match TcpListener::bind((HOST, CONTROL_PORT)) {
        Ok(_) => CONTROL_PORT,
        Err(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_a_number_that_fits() {
        assert_eq!(parse_port("MOCK_PARTNER_PORT", "0"), Ok(0));
        assert_eq!(parse_port("MOCK_PARTNER_PORT", "8790"), Ok(8790));
        let error = parse_port("MOCK_PARTNER_PORT", "65536").unwrap_err();
        assert_eq!(
            error,
            "MOCK_PARTNER_PORT is “65536”, but must be a port between 0 and 65535."
        );
    }
}
