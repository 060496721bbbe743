//! The whole program: started, asked, stopped and broken like an operator would.

mod backup;
mod cli;
mod doctor;
mod first_start;
mod operator;
mod serve;
mod server;
