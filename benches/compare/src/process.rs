//! The process of a contestant (one of the programs that are measured).

use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::Duration,
};

use arena::{Measured, Settings};
use nix::{
    sched::{CpuSet, sched_setaffinity},
    time::{ClockId, clock_getcpuclockid},
    unistd::Pid,
};

use crate::{building, contestants::Contestant};

/// A running contestant. Its process is killed when this value is dropped.
pub struct Running {
    pub contestant: Contestant,
    pub port: u16,
    child: Child,
    commands: ChildStdin,
    answers: BufReader<ChildStdout>,
    clock: ClockId,
}

impl Running {
    pub fn start(contestant: &Contestant, settings: &Settings) -> Self {
        let settings = serde_json::to_string(settings).expect("JSON");
        let mut child = Command::new(building::program(contestant.package))
            .args(contestant.argument)
            .env(Settings::VARIABLE, settings)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a process");
        let commands = child.stdin.take().expect("the contestant's standard input");
        let stdout = child
            .stdout
            .take()
            .expect("the contestant's standard output");
        let pid = Pid::from_raw(child.id().try_into().expect("a process id"));
        let mut running = Self {
            contestant: *contestant,
            port: 0,
            clock: clock_getcpuclockid(pid).expect("the contestant's clock"),
            child,
            commands,
            answers: BufReader::new(stdout),
        };
        running.port = running.answer().parse().expect("a port");
        running
    }

    pub fn measure(&mut self, command: &arena::Command) -> Measured {
        let command = serde_json::to_string(command).expect("JSON");
        writeln!(self.commands, "{command}").expect("the contestant's standard input");
        serde_json::from_str(&self.answer()).expect("an answer")
    }

    /// Returns the processor time that the contestant's threads have used so far.
    pub fn processor_time(&self) -> Duration {
        self.clock.now().expect("the contestant's clock").into()
    }

    fn answer(&mut self) -> String {
        let mut line = String::new();
        self.answers
            .read_line(&mut line)
            .expect("the contestant's answer");
        assert!(!line.is_empty(), "{} has ended", self.contestant.name);
        line.trim_end().to_owned()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // The process can have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Pins this thread, and the threads that it starts later, to one processor.
pub fn pin_to(core: usize) {
    let mut cores = CpuSet::new();
    cores.set(core).expect("a processor's number");
    sched_setaffinity(Pid::from_raw(0), &cores)
        .expect("two processors: one for contestants, one for load");
}
