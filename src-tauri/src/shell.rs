//! The window and the order of things: one instance, then the engine, then the page, and at the end
//! the engine again.
//!
//! The page gets its control address and token from a script that runs before its own, so neither
//! stands in an address bar, a file or a log. In return it may not leave: another address is refused,
//! because the script would hand the token over there, too. `tauri.conf.json` lets the page connect
//! to the loopback address only; styles alone are exempt from Tauri's nonces, because those would
//! switch off the inline styles that the page's lists are laid out with.

use std::path::Path;
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use partner_server::Running;
use serde_json::json;
use tauri::webview::{DownloadEvent, NewWindowResponse};
use tauri::{App, AppHandle, Manager, RunEvent, Url, WebviewUrl, WebviewWindowBuilder};
use tauri_plugin_dialog::{DialogExt, MessageDialogKind};
use tauri_plugin_window_state::StateFlags;

use crate::engine::{self, Places};
use crate::menu;

/// The label of the one window, which the capabilities name.
pub(crate) const WINDOW: &str = "main";

/// "Cannot start", as on the command line.
const CANNOT_START: u8 = 2;

/// How long the listeners may take to finish their last answers.
const PATIENCE: Duration = Duration::from_secs(5);

/// The running engine. Taken out when the program ends, so that it is ended once.
pub(crate) struct Server(Mutex<Option<Running>>);

impl Server {
    /// Where clients reach the Booking Server now; the window may have moved it.
    pub(crate) fn address(&self) -> Option<String> {
        self.read(|running| running.listener().url)
    }

    /// The user name and password that clients need, as curl takes them.
    pub(crate) fn credentials(&self) -> Option<String> {
        self.read(|running| format!("{}:{}", running.ready().username, running.ready().password))
    }

    fn read<T>(&self, what: impl FnOnce(&Running) -> T) -> Option<T> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .as_ref()
            .map(what)
    }

    fn take(&self) -> Option<Running> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Runs the window until it is closed.
pub(crate) fn run() -> ExitCode {
    if !has_display() {
        complain("There is no display to open a window on; use `mock-partner serve` instead.");
        return ExitCode::from(CANNOT_START);
    }
    let app = tauri::Builder::default()
        // First, so that a second start ends here, before it could touch the first one's data.
        .plugin(tauri_plugin_single_instance::init(
            |app, _arguments, _folder| focus(app),
        ))
        .plugin(
            tauri_plugin_window_state::Builder::new()
                .with_state_flags(
                    StateFlags::SIZE
                        | StateFlags::POSITION
                        | StateFlags::MAXIMIZED
                        | StateFlags::FULLSCREEN,
                )
                .build(),
        )
        .plugin(tauri_plugin_clipboard_manager::init())
        .plugin(tauri_plugin_dialog::init())
        .plugin(
            tauri_plugin_opener::Builder::new()
                .open_js_links_on_click(false)
                .build(),
        )
        .menu(menu::build)
        .on_menu_event(|app, event| menu::on_event(app, &event))
        .manage(menu::Zoom::default())
        .setup(|app| {
            // An error returned here would be a panic in Tauri, and the user would see nothing.
            if let Err(sentence) = open(app) {
                give_up(app.handle(), &sentence);
            }
            Ok(())
        })
        .build(tauri::generate_context!());
    match app {
        Ok(app) => {
            app.run(|app, event| {
                if matches!(event, RunEvent::Exit) {
                    close(app);
                }
            });
            ExitCode::SUCCESS
        }
        Err(error) => {
            complain(&format!("The window could not be opened: {error}."));
            ExitCode::from(CANNOT_START)
        }
    }
}

/// Starts the engine and shows its page.
fn open(app: &App) -> Result<(), String> {
    let places = Places::from_environment()?;
    let running = tauri::async_runtime::block_on(engine::start(places))?;
    let ready = running.ready();
    let listener = running.listener();
    complain(&match listener.reason {
        None => format!(
            "Booking Server at {}, control at {}.",
            listener.url, ready.control_url
        ),
        Some(reason) => format!("{reason} Control at {}.", ready.control_url),
    });
    let script = handover(&ready.control_url, &ready.control_token);
    app.manage(Server(Mutex::new(Some(running))));
    end_on_signal(app.handle().clone(), 0);
    WebviewWindowBuilder::new(app, WINDOW, WebviewUrl::default())
        .title("Mock Partner")
        .inner_size(1280.0, 800.0)
        .min_inner_size(1024.0, 640.0)
        .initialization_script(script)
        .on_navigation(is_ours)
        .on_new_window(|_url, _features| NewWindowResponse::Deny)
        .on_download(|webview, event| {
            if let DownloadEvent::Finished { path, success, .. } = event {
                tell_of_download(webview.app_handle(), path.as_deref(), success);
            }
            true
        })
        .build()
        .map(|_window| ())
        .map_err(|error| format!("The window could not be opened: {error}."))
}

/// The script that tells the page where the engine is. JSON is also JavaScript.
fn handover(control_url: &str, token: &str) -> String {
    let access = json!({ "control_url": control_url, "token": token });
    format!("window.__MOCK_PARTNER__ = Object.freeze({access});")
}

/// Whether an address is the page itself: `tauri://localhost`, or its spelling on Windows; or
/// something that the page made, which is how it hands over a file.
fn is_ours(url: &Url) -> bool {
    match url.scheme() {
        "blob" => {
            Url::parse(url.path()).is_ok_and(|maker| maker.scheme() != "blob" && is_ours(&maker))
        }
        "tauri" => url.host_str() == Some("localhost"),
        "http" | "https" => url.host_str() == Some("tauri.localhost"),
        _ => false,
    }
}

fn focus(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(WINDOW) {
        // Each can fail only where the window manager does not let a program do it.
        let _ = window.unminimize();
        let _ = window.show();
        let _ = window.set_focus();
    }
}

/// A browser shows where a download went. Here nobody would know without being told.
fn tell_of_download(app: &AppHandle, path: Option<&Path>, success: bool) {
    let (kind, text) = match (success, path) {
        (true, Some(path)) => (
            MessageDialogKind::Info,
            format!("Saved as {}.", path.display()),
        ),
        (true, None) => (
            MessageDialogKind::Info,
            "Saved among your downloads.".to_owned(),
        ),
        (false, _) => (
            MessageDialogKind::Error,
            "The file could not be saved.".to_owned(),
        ),
    };
    app.dialog()
        .message(text)
        .title("Mock Partner")
        .kind(kind)
        .show(|_| {});
}

/// Tells the user why nothing opens, in a box as well as on stderr: who clicks an icon sees no stderr.
fn give_up(app: &AppHandle, sentence: &str) {
    complain(sentence);
    let handle = app.clone();
    app.dialog()
        .message(sentence)
        .title("Mock Partner cannot start")
        .kind(MessageDialogKind::Error)
        .show(move |_| handle.exit(CANNOT_START.into()));
    end_on_signal(app.clone(), CANNOT_START.into());
}

/// A terminal's Ctrl-C and a supervisor's SIGTERM end the window as its own Quit does.
#[cfg(unix)]
fn end_on_signal(app: AppHandle, code: i32) {
    use tokio::signal::unix::{SignalKind, signal};

    tauri::async_runtime::spawn(async move {
        let (Ok(mut interrupt), Ok(mut terminate)) = (
            signal(SignalKind::interrupt()),
            signal(SignalKind::terminate()),
        ) else {
            complain("Signals cannot be waited for; close the window to quit.");
            return;
        };
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        app.exit(code);
    });
}

#[cfg(not(unix))]
fn end_on_signal(app: AppHandle, code: i32) {
    tauri::async_runtime::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            app.exit(code);
        }
    });
}

/// Ends the engine, so that what was answered is on disk and open answers get sent.
fn close(app: &AppHandle) {
    let Some(server) = app.try_state::<Server>() else {
        return;
    };
    if let Some(running) = server.take() {
        let ended = tauri::async_runtime::block_on(async {
            tokio::time::timeout(PATIENCE, running.shutdown()).await
        });
        if ended.is_err() {
            complain("The last answers took too long and were cut off.");
        }
    }
}

#[cfg(target_os = "linux")]
fn has_display() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

#[cfg(not(target_os = "linux"))]
fn has_display() -> bool {
    true
}

/// Writes one line of diagnostics.
#[expect(
    clippy::print_stderr,
    reason = "a window program has no other place for diagnostics"
)]
pub(crate) fn complain(sentence: &str) {
    eprintln!("{sentence}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_handover_survives_any_token() {
        let script = handover("http://127.0.0.1:8791", "a\"b</script>\\");
        let json = script
            .strip_prefix("window.__MOCK_PARTNER__ = Object.freeze(")
            .and_then(|rest| rest.strip_suffix(");"))
            .expect("the script is an assignment");
        let access: serde_json::Value = serde_json::from_str(json).expect("the value is JSON");
        assert_eq!(access["control_url"], "http://127.0.0.1:8791");
        assert_eq!(access["token"], "a\"b</script>\\");
    }

    #[test]
    fn the_page_cannot_leave() {
        let ours = [
            "tauri://localhost/",
            "http://tauri.localhost/index.html",
            "blob:tauri://localhost/8b5e",
        ];
        let others = [
            "https://example.com/",
            "http://127.0.0.1:8791/",
            "tauri://elsewhere/",
            "http://tauri.localhost.example.com/",
            "data:text/html,x",
            "blob:https://example.com/8b5e",
        ];
        let allowed = |text: &&str| is_ours(&Url::parse(text).expect("the test's own address"));
        assert!(ours.iter().all(allowed));
        assert!(!others.iter().any(allowed));
    }
}
