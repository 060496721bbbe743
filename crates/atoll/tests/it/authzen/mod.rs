//! OpenID AuthZEN over sockets: the certification scenario, the documentation, and hostile input.

mod certification;
mod documentation;
mod fixture;
mod hostile;
mod ids;
