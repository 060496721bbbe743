//! The whole program: started, asked, stopped and broken like an operator would.

mod aliases;
mod authzen;
mod backup;
mod cli;
mod custom_endpoints;
mod doctor;
mod faults;
mod first_start;
mod guides;
mod hostile;
mod keys_rotate;
mod limits;
mod oauth;
mod operator;
mod ran;
mod readme;
mod replicas;
mod secrets;
mod serve;
mod server;
mod simulation;
mod watch;
