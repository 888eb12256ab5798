//! What a process has used, from `/proc`.

use std::process::Child;
use std::time::Duration;

/// A process that ends with its owner.
pub struct Process(pub Child);

impl Process {
    /// User and system time so far.
    pub fn cpu(&self) -> std::io::Result<Duration> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.0.id()))?;
        // Behind the name, which may hold anything: fields 14 and 15 are user and system ticks of 10 ms.
        let fields = stat.rsplit_once(") ").map(|(_, fields)| fields).unwrap_or_default();
        let ticks: u64 =
            fields.split(' ').skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
        Ok(Duration::from_millis(ticks * 10))
    }

    /// Largest resident memory so far, KiB.
    pub fn peak_kib(&self) -> std::io::Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        Ok(line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Ended already, unless something failed.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}
