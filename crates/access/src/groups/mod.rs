//! Groups of both flavours: principals (who) and objects (where).

pub mod placement;
