//! Opens the engine and its two listeners for the window.
//!
//! Not here: any decision about a request, and the end, which [`crate::shell`] waits for. The ports and the folder can be named by environment
//! variables, because tests start the real program beside one that somebody is using.

use std::path::PathBuf;

use partner::{Engine, EngineOptions};
use partner_server::{Running, ServeOptions};

/// Where the engine keeps its data and listens.
pub(crate) struct Places {
    data_dir: PathBuf,
    port: Option<u16>,
    control_port: Option<u16>,
}

impl Places {
    /// The usual places, or those that the environment names.
    pub(crate) fn from_environment() -> Result<Self, String> {
        Ok(Self {
            data_dir: std::env::var_os("MOCK_PARTNER_DATA_DIR")
                .map_or_else(partner::default_data_dir, PathBuf::from),
            port: port_from("MOCK_PARTNER_PORT")?,
            control_port: port_from("MOCK_PARTNER_CONTROL_PORT")?,
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
    let usual = ServeOptions::default();
    let options = ServeOptions {
        port: places.port.unwrap_or(usual.port),
        control_port: places.control_port.unwrap_or(usual.control_port),
        // The window says that a port is taken and offers another, and it is told the control
        // port, so neither is a reason not to open.
        keep_going_if_port_taken: true,
        ..usual
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
