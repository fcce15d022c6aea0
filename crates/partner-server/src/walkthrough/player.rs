//! The walk-through of the scenario in force, one step at a time, for the window.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use partner::StoreError;
use partner::scenario::Scenario;
use thiserror::Error;
use tokio::sync::watch;

use super::{Mock, StepReport, Target, Walk};
use crate::app::App;

/// Where the walk-through stands. No lock is held while a step is taken.
#[derive(Debug, Default)]
pub(crate) struct Player {
    play: Mutex<Play>,
    told: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct Play {
    /// Whose steps these are.
    scenario: Option<Arc<Scenario>>,
    /// The walk with the values that steps gave; taken out while a step is taken.
    walk: Option<Walk>,
    /// What came of each step so far.
    reports: Vec<StepReport>,
    /// The step that is being taken.
    running: Option<usize>,
    /// Grows whenever all begins anew, so that a step that ends later is not counted.
    beginning: u64,
}

/// Why a step is not taken.
#[derive(Debug, Error)]
pub(crate) enum Refused {
    /// The scenario has no steps.
    #[error("the scenario has no steps")]
    NoSteps,
    /// Another step is being taken.
    #[error("another step is being taken")]
    Busy,
    /// There is no further step.
    #[error("there is no further step")]
    AtEnd,
    /// No step was taken yet.
    #[error("no step was taken yet")]
    AtStart,
    /// Walking is impossible.
    #[error("the step was not taken: {0}")]
    Broken(String),
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Where the walk-through stands.
#[derive(Debug)]
pub(crate) struct Standing {
    /// Whose steps these are.
    pub(crate) scenario: Arc<Scenario>,
    /// What came of each step so far.
    pub(crate) reports: Vec<StepReport>,
    /// The step that is being taken.
    pub(crate) running: Option<usize>,
}

impl Player {
    /// Where the walk-through stands.
    pub(crate) fn standing(&self, app: &App) -> Standing {
        let scenario = app.engine.scenario();
        let play = self.look(&scenario);
        Standing {
            reports: play.reports.clone(),
            running: play.running,
            scenario,
        }
    }

    /// Before the first step, since all that steps have done is gone.
    pub(crate) fn begin_anew(&self) {
        self.lock().begin_anew();
        self.tell();
    }

    /// Told whenever the walk-through stands elsewhere, or a step is begun or ended.
    pub(crate) fn changed(&self) -> watch::Receiver<u64> {
        self.told.subscribe()
    }

    fn tell(&self) {
        self.told.send_modify(|count| *count += 1);
    }

    /// Takes the next step.
    pub(crate) async fn next(app: &App) -> Result<(), Refused> {
        let scenario = app.engine.scenario();
        let (mut turn, walk) = {
            let mut play = app.player.look(&scenario);
            let index = play.reports.len();
            play.may_run(&scenario)?;
            if index >= scenario.steps.len() {
                return Err(Refused::AtEnd);
            }
            play.running = Some(index);
            (Turn::of(app, play.beginning), play.walk.take())
        };
        let mut walk = match walk {
            Some(walk) => walk,
            None => begin(app, &scenario)?,
        };
        finished(tokio::spawn(async move {
            let index = turn.reports().len();
            let report = walk.take(index).await;
            let mut reports = turn.reports();
            reports.push(report);
            turn.end(walk, reports);
            Ok(())
        }))
        .await
    }

    /// Back to before the last step: all begins anew, and the steps before it are taken again.
    pub(crate) async fn back(app: &App) -> Result<(), Refused> {
        let scenario = app.engine.scenario();
        let (turn, taken) = {
            let mut play = app.player.look(&scenario);
            play.may_run(&scenario)?;
            let taken = play.reports.len();
            if taken == 0 {
                return Err(Refused::AtStart);
            }
            (turn_anew(app, &mut play), taken - 1)
        };
        again(app, turn, scenario, taken).await
    }

    /// Back to before the first step, and everything to the scenario's start.
    pub(crate) async fn restart(app: &App) -> Result<(), Refused> {
        let scenario = app.engine.scenario();
        let turn = {
            let mut play = app.player.look(&scenario);
            play.may_run(&scenario)?;
            turn_anew(app, &mut play)
        };
        again(app, turn, scenario, 0).await
    }

    /// The walk-through of the scenario that is in force now.
    fn look(&self, scenario: &Arc<Scenario>) -> MutexGuard<'_, Play> {
        let mut play = self.lock();
        let is_same = play.scenario.as_ref().is_some_and(|known| {
            Arc::ptr_eq(known, scenario)
                || (&known.name, &known.steps, &known.variables)
                    == (&scenario.name, &scenario.steps, &scenario.variables)
        });
        if !is_same {
            play.begin_anew();
            play.scenario = Some(Arc::clone(scenario));
        }
        play
    }

    fn lock(&self) -> MutexGuard<'_, Play> {
        self.play.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Play {
    fn begin_anew(&mut self) {
        self.walk = None;
        self.reports.clear();
        self.running = None;
        self.beginning += 1;
    }

    fn may_run(&self, scenario: &Scenario) -> Result<(), Refused> {
        match self.running {
            _ if scenario.steps.is_empty() => Err(Refused::NoSteps),
            Some(_) => Err(Refused::Busy),
            None => Ok(()),
        }
    }
}

fn turn_anew(app: &App, play: &mut Play) -> Turn {
    play.begin_anew();
    play.running = Some(0);
    Turn::of(app, play.beginning)
}

/// Everything to the scenario's start, and then so many steps.
async fn again(
    app: &App,
    mut turn: Turn,
    scenario: Arc<Scenario>,
    taken: usize,
) -> Result<(), Refused> {
    let app = app.clone();
    finished(tokio::spawn(async move {
        app.engine.reset().await?;
        let mut walk = begin(&app, &scenario)?;
        let mut reports = Vec::new();
        for index in 0..taken {
            reports.push(walk.take(index).await);
        }
        turn.end(walk, reports);
        Ok(())
    }))
    .await
}

/// A step goes on to its end even where its caller goes away, so it runs on its own.
async fn finished(task: tokio::task::JoinHandle<Result<(), Refused>>) -> Result<(), Refused> {
    task.await
        .unwrap_or_else(|error| Err(Refused::Broken(error.to_string())))
}

fn begin(app: &App, scenario: &Scenario) -> Result<Walk, Refused> {
    let target = Target {
        url: app.booking_url().to_string(),
        credentials: app.credentials.clone(),
    };
    let mock = Mock {
        url: app.control_url.clone(),
        token: app.control_token.clone(),
    };
    Walk::new(scenario, target, Some(mock)).map_err(|error| Refused::Broken(error.to_string()))
}

/// The right to take steps, given back in any case.
#[derive(Debug)]
struct Turn {
    app: App,
    beginning: u64,
}

impl Turn {
    fn of(app: &App, beginning: u64) -> Self {
        app.player.tell();
        Self {
            app: app.clone(),
            beginning,
        }
    }

    fn reports(&self) -> Vec<StepReport> {
        self.app.player.lock().reports.clone()
    }

    /// Keeps what came of the steps, unless all has begun anew meanwhile.
    fn end(&mut self, walk: Walk, reports: Vec<StepReport>) {
        let mut play = self.app.player.lock();
        if play.beginning == self.beginning {
            play.walk = Some(walk);
            play.reports = reports;
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut play = self.app.player.lock();
        if play.beginning == self.beginning {
            play.running = None;
        }
        drop(play);
        self.app.player.tell();
    }
}
