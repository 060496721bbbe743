//! The whole program: started, asked, stopped and broken like an operator would.

mod aliases;
mod authzen;
mod backup;
mod browser;
mod cli;
mod doctor;
mod faults;
mod first_start;
mod hostile;
mod mfa;
mod operator;
mod passkeys;
mod ran;
mod readme;
mod replicas;
mod serve;
mod server;
mod simulation;
mod watch;
