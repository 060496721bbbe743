//! Measures the real Atoll from outside, beside a server that does nothing, in one run.
//!
//! A figure of one machine says little; a ratio to the least that the same libraries can do on it says how much Atoll adds.

mod atoll;
mod atom;
mod bare;
mod flood;
mod graph;
mod http;
mod lists;
mod load;
mod machine;
mod plant;
mod process;
mod readings;
mod seed_store;
mod start;
mod table;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

/// What went wrong, for whoever runs the measurement.
type Failure = Box<dyn std::error::Error + Send + Sync>;
type Result<T, E = Failure> = std::result::Result<T, E>;

/// Measures Atoll.
#[derive(Parser)]
#[command(name = "atoll-bench", disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Ask all doors as fast as they answer, in turns with a bare server
    Load(load::Load),
    /// Pages of a list of a million entities, for those who may see all, a part, or a few of them
    Lists(lists::Lists),
    /// How long checks take while passwords are guessed as fast as that goes, against when they are not
    Flood(flood::Flood),
    /// Time from start to ready, and memory
    Start(start::Start),
    /// The server that does nothing; ends when its standard input does
    #[command(hide = true)]
    ServeBare,
    /// Put grants into the store of a data folder that no Atoll is using
    #[command(hide = true)]
    SeedStore {
        /// The data folder
        data: PathBuf,
        /// How many direct policies
        grants: u64,
    },
}

/// Options of every measurement.
#[derive(Args)]
struct Common {
    /// The atoll binary [default: the one beside this program]
    #[arg(long, value_name = "PATH")]
    binary: Option<PathBuf>,
    /// Where to make the temporary data folder [default: the system's place for such]
    #[arg(long, value_name = "DIR")]
    temp: Option<PathBuf>,
    /// Also write everything that was measured to this file
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

impl Common {
    fn folder(&self) -> Result<tempfile::TempDir> {
        let mut name = tempfile::Builder::new();
        name.prefix("atoll-bench-");
        Ok(match &self.temp {
            Some(place) => name.tempdir_in(place)?,
            None => name.tempdir()?,
        })
    }

    fn write(&self, measured: &impl serde::Serialize) -> Result<()> {
        if let Some(file) = &self.json {
            std::fs::write(file, serde_json::to_vec_pretty(measured)?)?;
        }
        Ok(())
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let ended = match Cli::parse().command {
        Command::Load(load) => load.run().await,
        Command::Lists(lists) => lists.run().await,
        Command::Flood(flood) => flood.run().await,
        Command::Start(start) => start.run().await,
        Command::ServeBare => bare::serve().await,
        Command::SeedStore { data, grants } => seed_store::fill(&data, grants).await.map(drop),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::FAILURE
        }
    }
}
