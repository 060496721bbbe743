//! The whole program: started, asked, stopped and broken like an operator would.

mod aliases;
mod authzen;
mod backup;
mod cli;
mod doctor;
mod faults;
mod first_start;
mod hostile;
mod moving;
mod operator;
mod ran;
mod readme;
mod replicas;
mod scim;
mod serve;
mod server;
mod simulation;
mod watch;
