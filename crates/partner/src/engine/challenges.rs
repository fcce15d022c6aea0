//! 3-D Secure 1 challenges as the bank's page and the control API ask for them.

use super::Engine;
use crate::payment::threeds::{Challenge, Decision, Refused};
use crate::store::{StoreError, challenges};
use crate::timers::Kind;

impl Engine {
    /// Challenges with their rows, newest first, below the row `before`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn challenges(
        &self,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<(i64, Challenge)>, StoreError> {
        self.0
            .store
            .read(move |connection| challenges::list(connection, before, limit))
            .await
    }

    /// The challenge that a PaReq opens the bank's page for.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn challenge_of(&self, pa_req: String) -> Result<Option<Challenge>, StoreError> {
        self.0
            .store
            .read(move |connection| challenges::of_pa_req(connection, &pa_req))
            .await
    }

    /// The guest answers a challenge; `None` where there is none of this id. Answers the challenge
    /// as it is then.
    ///
    /// # Errors
    /// [`StoreError`]; [`Refused`] where it was answered otherwise already, or is over.
    pub async fn decide_challenge(
        &self,
        transaction_id: String,
        decision: Decision,
    ) -> Result<Option<Result<Challenge, Refused>>, StoreError> {
        let clock = self.0.clock.clone();
        let done = self
            .0
            .store
            .write(move |connection| {
                let Some(mut challenge) = challenges::get(connection, &transaction_id)? else {
                    return Ok(None);
                };
                let now = clock.now();
                match challenge.decide(decision, now) {
                    Err(refused) => return Ok(Some(Err(refused))),
                    Ok(false) => {}
                    Ok(true) => {
                        challenges::decided(connection, &transaction_id, decision, now)?;
                        Kind::Challenge.cancel(connection, &transaction_id)?;
                        if decision == Decision::TimeOut {
                            let due = challenge.expires_at;
                            Kind::Challenge.set(connection, due, &transaction_id, "")?;
                        }
                    }
                }
                Ok(Some(Ok(challenge)))
            })
            .await?;
        if let Some(Ok(challenge)) = &done {
            match decision {
                Decision::TimeOut => self.timer_set(Some(challenge.expires_at)),
                _ => self.timers_taken(),
            }
        }
        Ok(done)
    }
}
