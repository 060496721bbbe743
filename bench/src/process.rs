//! What the kernel says about a process.

use std::time::Duration;

use crate::Result;

/// The kernel counts processor time in hundredths of a second, whatever its own clock.
const TICK: Duration = Duration::from_millis(10);

/// A running process.
#[derive(Clone, Copy)]
pub(crate) struct Process(pub(crate) u32);

impl Process {
    /// This one.
    pub(crate) fn own() -> Process {
        Process(std::process::id())
    }

    /// Processor time used since it began, by all its threads.
    pub(crate) fn cpu(self) -> Result<Duration> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.0))?;
        // The name, in brackets, may hold anything; 14th and 15th of all fields are user and system time.
        let (_, after) = stat.rsplit_once(')').ok_or("a stat line without a name")?;
        let ticks: u32 =
            after.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<u32>().ok()).sum();
        Ok(TICK * ticks)
    }

    /// Waits until it does no more than look around now and then: work that requests left behind is part of their cost.
    pub(crate) async fn settle(self) -> Result<()> {
        for _ in 0..100 {
            let before = self.cpu()?;
            tokio::time::sleep(10 * TICK).await;
            if self.cpu()?.saturating_sub(before) <= TICK {
                break;
            }
        }
        Ok(())
    }

    /// Memory in use now, in MiB.
    pub(crate) fn memory(self) -> Result<f64> {
        self.status("VmRSS")
    }

    /// The most memory it ever used, in MiB.
    pub(crate) fn peak_memory(self) -> Result<f64> {
        self.status("VmHWM")
    }

    fn status(self, name: &str) -> Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0))?;
        let row = status.lines().filter_map(|line| line.split_once(':')).find(|(key, _)| *key == name);
        let kib = row.and_then(|(_, value)| value.trim().strip_suffix("kB")?.trim().parse::<f64>().ok());
        Ok(kib.ok_or("a status without memory")? / 1024.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_uses_time_and_memory() {
        let own = Process::own();
        let begun = own.cpu().unwrap();
        let mut number = 1_u64;
        while own.cpu().unwrap() == begun {
            number = std::hint::black_box(number.wrapping_mul(3));
        }
        assert!(own.memory().unwrap() > 0.5);
        assert!(own.peak_memory().unwrap() >= own.memory().unwrap() * 0.9);
    }
}
