//! The native menu: copying what a client needs, editing, zoom, and the way out.
//!
//! Not here: anything that changes what Mock Partner answers. Those switches stand in the page, where
//! they show what the engine says.

use std::error::Error;
use std::sync::{Mutex, PoisonError};

use tauri::menu::{AboutMetadata, Menu, MenuBuilder, MenuEvent, MenuItem, SubmenuBuilder};
use tauri::{AppHandle, Manager, WebviewWindow, Wry};
use tauri_plugin_clipboard_manager::ClipboardExt;

use crate::shell::{self, Server};

const ZOOM_STEP: f64 = 0.1;
const ZOOM_LEAST: f64 = 0.5;
const ZOOM_MOST: f64 = 2.0;

/// What an entry of ours does. Entries that the system provides need none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    CopyAddress,
    CopyCredentials,
    Quit,
    Edit(Edit),
    Reload,
    ZoomIn,
    ZoomOut,
    ZoomReset,
}

/// WebKit's own names for the commands of an Edit menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Edit {
    Cut,
    Copy,
    Paste,
    SelectAll,
}

impl Action {
    const ALL: [Self; 11] = [
        Self::CopyAddress,
        Self::CopyCredentials,
        Self::Quit,
        Self::Edit(Edit::Cut),
        Self::Edit(Edit::Copy),
        Self::Edit(Edit::Paste),
        Self::Edit(Edit::SelectAll),
        Self::Reload,
        Self::ZoomIn,
        Self::ZoomOut,
        Self::ZoomReset,
    ];

    /// Identifier, label and shortcut. The Edit entries have no shortcut: a menu's shortcut is taken
    /// before the page sees the key, and the page's own editors want theirs.
    const fn entry(self) -> (&'static str, &'static str, Option<&'static str>) {
        match self {
            Self::CopyAddress => ("copy-address", "Copy Address", Some("CmdOrCtrl+Shift+C")),
            Self::CopyCredentials => ("copy-credentials", "Copy Credentials", None),
            Self::Quit => ("quit", "Quit", Some("CmdOrCtrl+Q")),
            Self::Edit(Edit::Cut) => ("cut", "Cut", None),
            Self::Edit(Edit::Copy) => ("copy", "Copy", None),
            Self::Edit(Edit::Paste) => ("paste", "Paste", None),
            Self::Edit(Edit::SelectAll) => ("select-all", "Select All", None),
            Self::Reload => ("reload", "Reload", Some("CmdOrCtrl+R")),
            Self::ZoomIn => ("zoom-in", "Zoom In", Some("CmdOrCtrl+=")),
            Self::ZoomOut => ("zoom-out", "Zoom Out", Some("CmdOrCtrl+-")),
            Self::ZoomReset => ("zoom-reset", "Actual Size", Some("CmdOrCtrl+0")),
        }
    }

    fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.entry().0 == id)
    }

    fn item(self, app: &AppHandle) -> tauri::Result<MenuItem<Wry>> {
        let (id, label, shortcut) = self.entry();
        MenuItem::with_id(app, id, label, true, shortcut)
    }
}

/// How much the page is magnified. WebKit does not tell, so the shell remembers.
pub(crate) struct Zoom(Mutex<f64>);

impl Default for Zoom {
    fn default() -> Self {
        Self(Mutex::new(1.0))
    }
}

impl Zoom {
    fn change(&self, action: Action) -> f64 {
        let mut zoom = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *zoom = zoomed(*zoom, action);
        *zoom
    }
}

fn zoomed(zoom: f64, action: Action) -> f64 {
    let wanted = match action {
        Action::ZoomIn => zoom + ZOOM_STEP,
        Action::ZoomOut => zoom - ZOOM_STEP,
        _ => 1.0,
    };
    // Whole tenths, so that as many steps back come home to exactly 1.
    (wanted * 10.0)
        .round()
        .clamp(ZOOM_LEAST * 10.0, ZOOM_MOST * 10.0)
        / 10.0
}

/// Builds the menu of the window.
pub(crate) fn build(app: &AppHandle) -> tauri::Result<Menu<Wry>> {
    let file = SubmenuBuilder::new(app, "File")
        .item(&Action::CopyAddress.item(app)?)
        .item(&Action::CopyCredentials.item(app)?)
        .separator()
        .item(&Action::Quit.item(app)?)
        .build()?;
    let view = SubmenuBuilder::new(app, "View")
        .item(&Action::Reload.item(app)?)
        .separator()
        .item(&Action::ZoomIn.item(app)?)
        .item(&Action::ZoomOut.item(app)?)
        .item(&Action::ZoomReset.item(app)?)
        .build()?;
    let about = AboutMetadata {
        name: Some("Mock Partner".to_owned()),
        version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        comments: Some("A partner's Booking Server to call, toggle and watch".to_owned()),
        license: Some(env!("CARGO_PKG_LICENSE").to_owned()),
        icon: app.default_window_icon().cloned(),
        ..AboutMetadata::default()
    };
    let help = SubmenuBuilder::new(app, "Help")
        .about_with_text("About Mock Partner", Some(about))
        .build()?;
    MenuBuilder::new(app)
        .items(&[&file, &edit_menu(app)?, &view, &help])
        .build()
}

/// The system's entries work on macOS and Windows. On Linux they would send key strokes through X11,
/// which does nothing on Wayland, so there our own call WebKit.
#[cfg(not(target_os = "linux"))]
fn edit_menu(app: &AppHandle) -> tauri::Result<tauri::menu::Submenu<Wry>> {
    SubmenuBuilder::new(app, "Edit")
        .cut()
        .copy()
        .paste()
        .separator()
        .select_all()
        .build()
}

#[cfg(target_os = "linux")]
fn edit_menu(app: &AppHandle) -> tauri::Result<tauri::menu::Submenu<Wry>> {
    SubmenuBuilder::new(app, "Edit")
        .item(&Action::Edit(Edit::Cut).item(app)?)
        .item(&Action::Edit(Edit::Copy).item(app)?)
        .item(&Action::Edit(Edit::Paste).item(app)?)
        .separator()
        .item(&Action::Edit(Edit::SelectAll).item(app)?)
        .build()
}

/// Does what the chosen entry says.
pub(crate) fn on_event(app: &AppHandle, event: &MenuEvent) {
    let Some(action) = Action::from_id(event.id().as_ref()) else {
        return;
    };
    if let Err(error) = perform(app, action) {
        shell::complain(&format!("“{}” did not work: {error}", action.entry().1));
    }
}

fn perform(app: &AppHandle, action: Action) -> Result<(), Box<dyn Error>> {
    match action {
        Action::Quit => app.exit(0),
        Action::CopyAddress => copy(app, Server::address)?,
        Action::CopyCredentials => copy(app, Server::credentials)?,
        Action::Edit(edit) => {
            if let Some(window) = app.get_webview_window(shell::WINDOW) {
                execute(&window, edit)?;
            }
        }
        Action::Reload => {
            if let Some(window) = app.get_webview_window(shell::WINDOW) {
                window.reload()?;
            }
        }
        Action::ZoomIn | Action::ZoomOut | Action::ZoomReset => {
            if let Some(window) = app.get_webview_window(shell::WINDOW) {
                window.set_zoom(app.state::<Zoom>().change(action))?;
            }
        }
    }
    Ok(())
}

fn copy(app: &AppHandle, what: fn(&Server) -> Option<String>) -> Result<(), Box<dyn Error>> {
    // Without an engine there is no window either, only the box that says so.
    if let Some(text) = app.try_state::<Server>().and_then(|server| what(&server)) {
        app.clipboard().write_text(text)?;
    }
    Ok(())
}

#[cfg(target_os = "linux")]
fn execute(window: &WebviewWindow, edit: Edit) -> tauri::Result<()> {
    use webkit2gtk::WebViewExt;

    let command = match edit {
        Edit::Cut => "Cut",
        Edit::Copy => "Copy",
        Edit::Paste => "Paste",
        Edit::SelectAll => "SelectAll",
    };
    window.with_webview(move |webview| webview.inner().execute_editing_command(command))
}

#[cfg(not(target_os = "linux"))]
fn execute(_window: &WebviewWindow, _edit: Edit) -> tauri::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_is_found_by_its_own_identifier() {
        for action in Action::ALL {
            assert_eq!(Action::from_id(action.entry().0), Some(action));
        }
        assert_eq!(Action::from_id("about"), None);
    }

    #[test]
    fn zoom_stays_within_its_bounds_and_comes_home() {
        let in_and_out = zoomed(zoomed(1.0, Action::ZoomIn), Action::ZoomOut);
        assert!((in_and_out - 1.0).abs() < f64::EPSILON);
        assert!((zoomed(ZOOM_MOST, Action::ZoomIn) - ZOOM_MOST).abs() < f64::EPSILON);
        assert!((zoomed(ZOOM_LEAST, Action::ZoomOut) - ZOOM_LEAST).abs() < f64::EPSILON);
        assert!((zoomed(1.7, Action::ZoomReset) - 1.0).abs() < f64::EPSILON);
    }
}
