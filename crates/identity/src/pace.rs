//! Answers that leave on whole steps of time, so that how long the work took does not tell what it was.

use std::time::Duration;

use tokio::time::Instant;

/// The length of a step; much longer than the differences that it hides.
const STEP: Duration = Duration::from_millis(100);

/// Waits until a whole number of steps has passed since `begun`.
pub(crate) async fn whole_step(begun: Instant) {
    let steps = begun.elapsed().as_micros() / STEP.as_micros() + 1;
    tokio::time::sleep_until(begun + STEP * u32::try_from(steps).unwrap_or(1)).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_answer_leaves_on_a_whole_step() {
        for work in [0, 30, 120] {
            let begun = Instant::now();
            tokio::time::sleep(Duration::from_millis(work)).await;
            whole_step(begun).await;
            let steps = if work < 100 { 1 } else { 2 };
            assert!(begun.elapsed() >= STEP * steps);
        }
    }
}
