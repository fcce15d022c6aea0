//! Edited scenarios take effect by themselves: their folders are watched.
//!
//! Folders, and not files: many editors write another file and rename it. What a changed file means
//! is the engine's to say (`Engine::look_at_scenarios`).

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use notify::{Event, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::mpsc;

use crate::app::App;

/// An editor writes in several steps: what comes in this time counts as one change.
const QUIET: Duration = Duration::from_millis(50);

/// However busy a folder is, it is looked at this often.
const LONGEST_QUIET: Duration = Duration::from_millis(400);

/// How often files are compared where the system cannot tell of changes.
const POLL: Duration = Duration::from_millis(500);

/// Watches for ever; a server spawns it.
pub(crate) async fn watch(app: App) {
    // One word is enough: it says only that something changed.
    let (changed, mut changes) = mpsc::channel::<()>(1);
    let mut watcher = match watcher(changed) {
        Ok(watcher) => watcher,
        Err(error) => {
            tracing::warn!(%error, "edited scenarios take effect at the next start only");
            return;
        }
    };
    let mut told = app.engine.scenario_changed();
    let mut watched = BTreeSet::new();
    loop {
        told.mark_unchanged();
        if follow(&app, watcher.as_mut(), &mut watched) {
            // What changed before it was watched.
            look(&app).await;
            continue;
        }
        tokio::select! {
            woken = changes.recv() => {
                if woken.is_none() {
                    return;
                }
                settle(&mut changes).await;
                look(&app).await;
            }
            moved = told.changed() => if moved.is_err() { return },
        }
    }
}

/// Every partner looks, those of the sessions too.
async fn look(app: &App) {
    app.engine.look_at_scenarios().await;
    for (_, session) in app.sessions.all() {
        session.app.engine.look_at_scenarios().await;
    }
}

/// Waits until nothing changes any more.
async fn settle(changes: &mut mpsc::Receiver<()>) {
    let quiet =
        async { while let Ok(Some(())) = tokio::time::timeout(QUIET, changes.recv()).await {} };
    let _ = tokio::time::timeout(LONGEST_QUIET, quiet).await;
}

/// Watches the folders that matter now, and no others. Whether one is new.
fn follow(app: &App, watcher: &mut dyn Watcher, watched: &mut BTreeSet<PathBuf>) -> bool {
    let sessions = app.sessions.all();
    let others = sessions.iter().map(|(_, session)| &session.app.engine);
    // A session may still be in the scenario that was in force when it was made.
    let own = [&app.engine].into_iter().chain(others);
    let own = own.filter_map(|engine| Some(engine.scenario_file()?.parent()?.to_owned()));
    let folder = app.engine.scenarios_folder().map(PathBuf::from);
    let wanted: BTreeSet<PathBuf> = own.chain(folder).filter(|folder| folder.is_dir()).collect();
    for folder in watched.difference(&wanted) {
        // It may be gone, which is the same.
        let _ = watcher.unwatch(folder);
    }
    let mut any = false;
    let mut now = BTreeSet::new();
    for folder in wanted {
        if watched.contains(&folder) {
            now.insert(folder);
            continue;
        }
        match watcher.watch(&folder, RecursiveMode::NonRecursive) {
            Ok(()) => {
                any = true;
                now.insert(folder);
            }
            Err(error) => tracing::warn!(%error, ?folder, "scenarios there are not watched"),
        }
    }
    *watched = now;
    any
}

/// The system's watcher, or, where it has none to give, one that compares.
fn watcher(changed: mpsc::Sender<()>) -> notify::Result<Box<dyn Watcher + Send>> {
    let tell = move |event: notify::Result<Event>| {
        // Reading a file is no change; a lost event may have been one.
        if event.is_ok_and(|event| event.kind.is_access()) {
            return;
        }
        // Full: somebody is about to look anyway.
        let _ = changed.try_send(());
    };
    match RecommendedWatcher::new(tell.clone(), notify::Config::default()) {
        Ok(watcher) => Ok(Box::new(watcher)),
        Err(error) => {
            tracing::info!(%error, "scenarios are compared instead of watched");
            let config = notify::Config::default()
                .with_poll_interval(POLL)
                .with_compare_contents(true);
            Ok(Box::new(PollWatcher::new(tell, config)?))
        }
    }
}
