//! The command line: every command and option, and what help says about it.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use clap_complete::Shell;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::colour::{self, HELP, When};
use crate::given;
use crate::object::Object;
use crate::subject::Subject;

const LONG_VERSION: &str = concat!(
    env!("CARGO_PKG_VERSION"),
    "\nstores: SQLite (embedded), PostgreSQL 13 or newer\n",
    "backups: form 1, from either store into either"
);

const EXAMPLES: &str = "\
Examples:
  atoll                                     Start; files go to ./data
  atoll --set listen_addr=127.0.0.1:9000    Start on another port
  atoll doctor                              What is wired, and what looks wrong
  atoll check alice read tenant:018f…       May alice? And if not, why?

Settings come from atoll.toml, .env, the environment and --set; docs/settings.md lists them.
Exit codes: 0 done, 1 failed, 2 wrong usage or settings, 3 denied (check).";

/// Identity and authorization for your own machines, in one program.
#[derive(Debug, Parser)]
#[command(
    name = "atoll",
    version,
    long_version = LONG_VERSION,
    after_help = EXAMPLES,
    styles = HELP,
    max_term_width = 100,
    disable_help_subcommand = true
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    /// Without one: serve.
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

impl Cli {
    /// Reads the words of a command line, the program's name first.
    pub(crate) fn read(words: &[OsString]) -> Result<Cli, clap::Error> {
        let colour = colour::of_help(&given::values("color", words));
        let matches = Cli::command().color(colour).try_get_matches_from(words)?;
        let mut cli = Cli::from_arg_matches(&matches)?;
        cli.global.sets = given::values("set", words);
        Ok(cli)
    }
}

/// Options of every command.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Options of every command")]
pub(crate) struct Global {
    /// The settings file [default: atoll.toml, if there is one]
    #[arg(long, value_name = "FILE", global = true)]
    pub(crate) config: Option<PathBuf>,
    /// Set one setting; may be repeated and wins over file and environment
    #[arg(long = "set", value_name = "NAME=VALUE", global = true)]
    pub(crate) sets: Vec<String>,
    /// Where Atoll keeps its files; the same as --set data_dir=DIR
    #[arg(long, value_name = "DIR", global = true)]
    pub(crate) data: Option<PathBuf>,
    /// Whether to colour: auto, always or never
    #[arg(
        long,
        value_name = "WHEN",
        value_enum,
        default_value_t,
        hide_possible_values = true,
        global = true
    )]
    pub(crate) color: When,
    /// Print nothing but results and errors
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start Atoll: HTTP, GraphQL and gRPC (the default)
    Serve(Serve),
    /// Show what is wired, which settings are in force, and what looks wrong
    Doctor(Doctor),
    /// Bring the store to the shape this version needs
    Migrate(Migrate),
    /// Help somebody who is locked out
    #[command(subcommand)]
    Admin(Admin),
    /// Write everything in the store to a file, while Atoll runs
    Backup(Backup),
    /// Fill an empty store from a backup
    Restore(Restore),
    /// Take over people, groups and roles from another house
    #[command(subcommand)]
    Import(ImportFrom),
    /// Write how a tenant is set up into files
    Export(Export),
    /// Set a tenant up as files say
    Apply(Apply),
    /// Ask whether somebody may do something, and why
    Check(Check),
    /// Prove and read the record of what happened
    #[command(subcommand)]
    Ledger(Ledger),
    /// Look after work that was given up
    #[command(subcommand)]
    Jobs(Jobs),
    /// Look after the deployment key, under which secrets are sealed
    #[command(subcommand)]
    Keys(Keys),
    /// Print a completion script for your shell
    Completions(Completions),
    /// Write the files that are made from code, into the working directory
    #[command(hide = true)]
    Generate,
}

/// `serve`.
#[derive(Debug, Default, Args)]
#[command(after_help = "\
Examples:
  atoll serve
  atoll serve --data /var/lib/atoll
  DATABASE_URL=postgres://atoll@db/atoll atoll serve

Stops on SIGTERM and Ctrl-C: requests under way are finished (shutdown_grace_secs), then it ends with 0. A \
second signal ends it at once.")]
pub(crate) struct Serve {
    /// Write {"http":…,"grpc":…,"pid":…} to this file once both ports are open
    #[arg(long, value_name = "PATH")]
    pub(crate) ready_file: Option<PathBuf>,
}

/// `doctor`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  atoll doctor
  atoll doctor --all --config /etc/atoll.toml

Changes nothing, connects to nothing but the store, and may be used while Atoll runs. Ends with 1 when \
something is broken.")]
pub(crate) struct Doctor {
    /// Show every setting, also those at their default
    #[arg(long)]
    pub(crate) all: bool,
}

/// `migrate`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  atoll migrate --check    Ends with 1 when something is pending
  atoll migrate            Atoll also does this by itself when it starts")]
pub(crate) struct Migrate {
    /// Only report what is pending, and end with 1 if anything is
    #[arg(long)]
    pub(crate) check: bool,
}

/// `admin …`.
#[derive(Debug, Subcommand)]
pub(crate) enum Admin {
    /// Give somebody a new password and end all their sessions
    ResetPassword(ResetPassword),
}

/// `admin reset-password`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  atoll admin reset-password                     The administrator; prints a new password once
  atoll admin reset-password --name acme/alice   Somebody else
  printf %s \"$NEW\" | atoll admin reset-password --password-stdin

May be used while Atoll runs.")]
pub(crate) struct ResetPassword {
    /// Whose, by id [default: the administrator]
    #[arg(long, value_name = "ID", conflicts_with = "name")]
    pub(crate) entity: Option<Uuid>,
    /// Whose, by name or alias, with the tenant in front where needed
    #[arg(long, value_name = "[TENANT/]NAME")]
    pub(crate) name: Option<Subject>,
    /// Read the new password from stdin instead of making one
    #[arg(long)]
    pub(crate) password_stdin: bool,
}

/// `backup`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  atoll backup atoll.backup
  atoll backup - | ssh elsewhere 'cat > atoll.backup'

The file holds one state of the store, readable by its owner only. The deployment key is not in it: keep a \
copy of that apart, because nothing sealed can be read without it.")]
pub(crate) struct Backup {
    /// Where to write it; - for stdout
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Replace the file if there is one
    #[arg(long)]
    pub(crate) force: bool,
}

/// `restore`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  atoll restore atoll.backup --into /var/lib/atoll
  DATABASE_URL=postgres://atoll@db/new atoll restore atoll.backup

All or nothing: every table is read back and compared with the backup before it is kept, and the ledger is \
verified. Give the new place the deployment key of the old one.")]
pub(crate) struct Restore {
    /// The backup; - for stdin
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// The data folder of the new store; the same as --data
    #[arg(long, value_name = "DIR")]
    pub(crate) into: Option<PathBuf>,
}

/// `import …`.
#[derive(Debug, Subcommand)]
pub(crate) enum ImportFrom {
    /// The export of a Keycloak realm, made with its users
    Keycloak(ImportFile),
    /// A table of people
    Csv(ImportFile),
}

/// What every import is told.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  atoll import keycloak realm.json --tenant acme --dry-run
  atoll import csv people.csv --tenant acme

Shows what it would do and asks. What was taken over before is left alone, so that it can be run again. May be \
used while Atoll runs; docs/moving-in.md says what becomes of what.")]
pub(crate) struct ImportFile {
    /// The file
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Into which tenant: its id, alias or name
    #[arg(long, value_name = "TENANT")]
    pub(crate) tenant: String,
    /// Only show what would be done
    #[arg(long, conflicts_with = "yes")]
    pub(crate) dry_run: bool,
    /// Do not ask
    #[arg(long)]
    pub(crate) yes: bool,
}

/// `export`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  atoll export acme config/acme
  atoll export acme config/acme --resources

Writes groups, roles, who holds what, profiles, guardrails and policy tests, not people and devices: those are \
spoken of by name. `atoll apply` reads the files; docs/moving-in.md says what is in them.")]
pub(crate) struct Export {
    /// Which tenant: its id, alias or name
    #[arg(value_name = "TENANT")]
    pub(crate) tenant: String,
    /// Into which folder
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
    /// Its resources as well
    #[arg(long)]
    pub(crate) resources: bool,
}

/// `apply`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  atoll apply config/acme --dry-run
  atoll apply config/acme --tenant staging --yes

Shows what would change and asks; then changes all of it at once, or nothing. Refuses when something would be \
removed, unless --prune says so. May be used while Atoll runs.")]
pub(crate) struct Apply {
    /// The folder that `atoll export` wrote
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
    /// To which tenant: its id, alias or name; without it the one that the files name, which is made if it is not there
    #[arg(long, value_name = "TENANT")]
    pub(crate) tenant: Option<String>,
    /// Only show what would change
    #[arg(long, conflicts_with = "yes")]
    pub(crate) dry_run: bool,
    /// Remove what the files do not hold
    #[arg(long)]
    pub(crate) prune: bool,
    /// Do not ask
    #[arg(long)]
    pub(crate) yes: bool,
}

/// `check`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  atoll check alice read resource:018f2f6e-…
  atoll check acme/alice manage tenant:018f2f6e-… --explain
  atoll check alice read 018f2f6e-… --context '{\"ip\":\"10.0.0.7\"}' --json

Ends with 0 when it is allowed and with 3 when it is not. Reads the store itself: works with and without a \
running Atoll. Conditions on `session.*` cannot be judged here, because nobody is signed in.")]
pub(crate) struct Check {
    /// Who: the id, name or alias of an entity, with the tenant in front where needed
    #[arg(value_name = "[TENANT/]SUBJECT")]
    pub(crate) subject: Subject,
    /// What: the name of an action
    pub(crate) action: String,
    /// On what: kind:id (resource, tenant, entity, group, credential), platform, or the id of a resource
    pub(crate) object: Object,
    /// What the caller would claim, as a JSON object; conditions see it as `context.*`
    #[arg(long, value_name = "JSON", value_parser = json_object)]
    pub(crate) context: Option<Value>,
    /// Show every grant that was looked at
    #[arg(long)]
    pub(crate) explain: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// `ledger …`.
#[derive(Debug, Subcommand)]
pub(crate) enum Ledger {
    /// Read every row and prove that none was changed, removed or put in
    #[command(after_help = "Ends with 1 and names the first broken row of each stream when the proof fails.")]
    Verify,
    /// Print the newest rows
    Tail(Tail),
}

/// `ledger tail`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  atoll ledger tail -n 50
  atoll ledger tail --tenant 018f2f6e-…")]
pub(crate) struct Tail {
    /// How many
    #[arg(short = 'n', long = "lines", value_name = "N", default_value_t = 20)]
    pub(crate) lines: u32,
    /// Only those of this tenant
    #[arg(long, value_name = "ID")]
    pub(crate) tenant: Option<Uuid>,
}

/// `jobs …`.
#[derive(Debug, Subcommand)]
pub(crate) enum Jobs {
    /// List the jobs that failed too often and were given up
    ListDead,
    /// Let a job that was given up try again
    Redrive(Redrive),
}

/// `jobs redrive`.
#[derive(Debug, Args)]
pub(crate) struct Redrive {
    /// The job, as `atoll jobs list-dead` shows it
    pub(crate) id: Uuid,
}

/// `keys …`.
#[derive(Debug, Subcommand)]
pub(crate) enum Keys {
    /// List the deployment keys and how much is sealed under each; never a key itself
    List,
    /// Change to a new deployment key while Atoll runs
    #[command(after_help = "\
A key in a file (deployment.key, or key_encryption_key_file) is replaced there; the old one stays in the file \
until nothing is sealed under it any more. A key in the settings is changed by you: the new one in \
key_encryption_key, the old one in key_encryption_key_previous; this command then moves everything.

May be used while Atoll runs. If it is broken off, run it again: it goes on. Backups made before still need \
the old key.")]
    Rotate,
}

/// `completions`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  atoll completions bash > /etc/bash_completion.d/atoll
  atoll completions zsh > ~/.zfunc/_atoll
  atoll completions fish > ~/.config/fish/completions/atoll.fish")]
pub(crate) struct Completions {
    /// Which shell
    #[arg(value_enum)]
    pub(crate) shell: Shell,
}

fn json_object(text: &str) -> Result<Value, String> {
    let read = serde_json::from_str::<Map<String, Value>>(text);
    read.map(Value::Object).map_err(|why| format!("not a JSON object: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Cli, clap::Error> {
        Cli::read(&line.split(' ').map(OsString::from).collect::<Vec<_>>())
    }

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn without_a_command_it_serves() {
        assert!(read("atoll").unwrap().command.is_none());
        assert!(read("atoll --quiet").unwrap().global.quiet);
    }

    #[test]
    fn options_of_every_command_may_come_before_or_after_it() {
        for line in ["atoll --data /d --set a=1 doctor", "atoll doctor --data /d --set a=1"] {
            let cli = read(line).unwrap();
            assert_eq!(cli.global.data.as_deref(), Some("/d".as_ref()), "{line}");
            assert_eq!(cli.global.sets, ["a=1"], "{line}");
        }
    }

    #[test]
    fn settings_before_and_after_the_command_all_count() {
        let cli = read("atoll --set a=1 doctor --set b=2").unwrap();
        assert_eq!(cli.global.sets, ["a=1", "b=2"]);
    }

    #[test]
    fn a_context_must_be_an_object() {
        let line = "atoll check alice read 018f2f6e-0000-7000-8000-000000000001 --context ";
        assert!(read(&format!("{line}{{\"a\":1}}")).is_ok());
        assert!(read(&format!("{line}[1]")).is_err());
        assert!(read(&format!("{line}nothing")).is_err());
    }

    #[test]
    fn one_person_at_a_time_gets_a_new_password() {
        let id = Uuid::from_u128(1);
        assert!(read(&format!("atoll admin reset-password --entity {id}")).is_ok());
        assert!(read(&format!("atoll admin reset-password --entity {id} --name alice")).is_err());
    }
}
