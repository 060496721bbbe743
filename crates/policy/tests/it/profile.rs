//! How much a run looks at.

/// How many cases a test tries that takes `short` of them in the normal suite: ten times as many with
/// `ATOLL_PROOF=long`. `ATOLL_WORLDS` says instead how many of 20,000, which makes a run short for whoever repeats it
/// hundreds of times.
pub(crate) fn cases(short: u32) -> u32 {
    if let Ok(text) = std::env::var("ATOLL_WORLDS") {
        let share: u64 = text.parse().expect("ATOLL_WORLDS is a number");
        let cases = (u64::from(short) * share).div_ceil(20_000);
        return u32::try_from(cases).expect("ATOLL_WORLDS is not that large");
    }
    match std::env::var("ATOLL_PROOF").as_deref() {
        Ok("long") => short * 10,
        Ok("short") | Err(_) => short,
        Ok(other) => panic!("ATOLL_PROOF is short or long, not {other}"),
    }
}
