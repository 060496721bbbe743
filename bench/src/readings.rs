//! Several readings of one figure.

use serde::Serialize;

/// The middle and the ends.
#[derive(Serialize)]
pub(crate) struct Readings {
    /// Half are below.
    pub(crate) median: f64,
    /// The smallest.
    pub(crate) least: f64,
    /// The largest.
    pub(crate) most: f64,
    all: Vec<f64>,
}

impl Readings {
    /// These, in the order they were made.
    pub(crate) fn of(all: Vec<f64>) -> Readings {
        let mut sorted = all.clone();
        sorted.sort_by(f64::total_cmp);
        let at = |place: usize| sorted.get(place).copied().unwrap_or(f64::NAN);
        let (lower, upper) = (sorted.len().saturating_sub(1) / 2, sorted.len() / 2);
        Readings {
            median: f64::midpoint(at(lower), at(upper)),
            least: at(0),
            most: at(sorted.len().saturating_sub(1)),
            all,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        let odd = Readings::of(vec![3.0, 1.0, 2.0]);
        assert_eq!((odd.least, odd.median, odd.most), (1.0, 2.0, 3.0));
        assert_eq!(Readings::of(vec![4.0, 1.0, 2.0, 3.0]).median, 2.5);
        assert!(Readings::of(Vec::new()).median.is_nan());
    }
}
