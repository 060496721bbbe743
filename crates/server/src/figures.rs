//! Figures that are read when somebody looks.

use std::sync::Arc;

use atoll_base::Ground;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;

/// Reads the ground.
#[derive(Debug)]
pub(crate) struct Figures(pub(crate) GroundView);

/// The ground without its insides in the log.
pub(crate) struct GroundView(pub(crate) Arc<Ground>);

impl std::fmt::Debug for GroundView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("GroundView")
    }
}

impl Collector for Figures {
    fn encode(&self, mut encoder: DescriptorEncoder) -> Result<(), std::fmt::Error> {
        let Figures(GroundView(ground)) = self;
        let (open, idle) = ground.db().connections();
        let help = "Connections to the store";
        let mut pool = encoder.encode_descriptor("db_pool_connections", help, None, MetricType::Gauge)?;
        let idle = i64::try_from(idle).unwrap_or(i64::MAX);
        for (state, value) in [("total", i64::from(open)), ("idle", idle)] {
            ConstGauge::new(value).encode(pool.encode_family(&[("state", state)])?)?;
        }
        let unconfirmed = ground.clock().now().since(ground.decisions().confirmed_at());
        let unconfirmed = ConstGauge::new(unconfirmed.as_secs_f64());
        let help = "Seconds since the head of the ledger was last confirmed";
        let name = "decisions_unconfirmed_seconds";
        unconfirmed.encode(encoder.encode_descriptor(name, help, None, unconfirmed.metric_type())?)?;
        if let Some(bytes) = resident() {
            let resident = ConstGauge::new(bytes);
            let help = "Memory that this process has in use";
            resident.encode(encoder.encode_descriptor(
                "resident_memory_bytes",
                help,
                None,
                resident.metric_type(),
            )?)?;
        }
        let questions = ground.questions();
        for (name, help, lost) in [
            ("attempts_lost", "Attempts that could not be recorded", ground.attempts().lost()),
            ("decision_log_lost", "Sampled decisions that could not be recorded", questions.log().lost()),
            ("shadow_lost", "Checks that drafts in shadow were not asked", questions.in_shadow().lost()),
        ] {
            let lost = ConstCounter::new(lost);
            lost.encode(encoder.encode_descriptor(name, help, None, lost.metric_type())?)?;
        }
        Ok(())
    }
}

/// Bytes of memory in use, where the system says so.
fn resident() -> Option<i64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: i64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}
