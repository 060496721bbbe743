//! A second opinion on the decisions of Atoll, see `tests/it`.
