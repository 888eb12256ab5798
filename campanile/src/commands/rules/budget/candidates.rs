//! Values that a parameter could have instead of its own.

use detect::rule::ParamValue;

/// So many in each direction at most: the nearest ones, then some.
const VALUES_MAX: usize = 24;
/// So many times its own value at most, or that part of it.
const TIMES_MAX: f64 = 4.0;

/// Numbers of two digits, as people write them: those above the value and those below it, the nearest first; none of what is
/// no number, or not positive.
pub fn values(value: &ParamValue) -> [Vec<ParamValue>; 2] {
    match value {
        ParamValue::Integer(own) if *own > 0 => round(*own as f64).map(|numbers| {
            let mut numbers: Vec<i64> = numbers.into_iter().map(|number| number.round() as i64).collect();
            numbers.dedup();
            numbers.retain(|number| number != own && *number > 0);
            thin(numbers).into_iter().map(ParamValue::Integer).collect()
        }),
        ParamValue::Float(own) if own.is_normal() && *own > 0.0 => {
            round(*own).map(|numbers| thin(numbers).into_iter().map(ParamValue::Float).collect())
        }
        _ => [Vec::new(), Vec::new()],
    }
}

/// How far a value is from the parameter's own, the same for double and half; none for what is no number.
pub fn distance(own: &ParamValue, value: &ParamValue) -> Option<f64> {
    Some((number(value)? / number(own)?).ln().abs())
}

fn number(value: &ParamValue) -> Option<f64> {
    match value {
        ParamValue::Integer(value) => Some(*value as f64),
        ParamValue::Float(value) => Some(*value),
        _ => None,
    }
}

fn round(own: f64) -> [Vec<f64>; 2] {
    // `digits` of 10 to 99, and the power of ten behind them.
    let exponent = own.log10().floor() as i32 - 1;
    let digits = (own / 10_f64.powi(exponent)).round() as i32;
    let number = |digits: i32, exponent: i32| format!("{digits}e{exponent}").parse::<f64>().unwrap_or(own);
    let above = std::iter::successors(Some((digits, exponent)), |(digits, exponent)| {
        Some(if *digits >= 99 { (10, exponent + 1) } else { (digits + 1, *exponent) })
    });
    let below = std::iter::successors(Some((digits, exponent)), |(digits, exponent)| {
        Some(if *digits <= 10 { (99, exponent - 1) } else { (digits - 1, *exponent) })
    });
    let above =
        above.map(|(digits, exponent)| number(digits, exponent)).take_while(|n| *n <= own * TIMES_MAX);
    let below =
        below.map(|(digits, exponent)| number(digits, exponent)).take_while(|n| *n >= own / TIMES_MAX);
    [above.filter(|number| *number > own).collect(), below.filter(|number| *number < own).collect()]
}

fn thin<T>(values: Vec<T>) -> Vec<T> {
    let near = VALUES_MAX / 2;
    let step = values.len().saturating_sub(near).div_ceil(near).max(1);
    let is_kept = |place: usize| place < near || (place - near).is_multiple_of(step);
    values.into_iter().enumerate().filter(|(place, _)| is_kept(*place)).map(|(_, value)| value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn integers(own: i64) -> [Vec<i64>; 2] {
        values(&ParamValue::Integer(own)).map(|values| {
            let integer = |value| match value {
                ParamValue::Integer(value) => value,
                other => panic!("{other:?}"),
            };
            values.into_iter().map(integer).collect()
        })
    }

    #[test]
    fn values_are_round_and_the_nearest_come_first() {
        assert_eq!(integers(3), [vec![4, 5, 6, 7, 8, 9, 10, 11, 12], vec![2, 1]]);
        assert_eq!(integers(1), [vec![2, 3, 4], vec![]]);
        let [above, below] = integers(20);
        assert_eq!((&above[..3], above.last()), (&[21, 22, 23][..], Some(&77)));
        assert_eq!(below, (5..20).rev().collect::<Vec<_>>());
        let [above, _] = integers(950_000);
        assert_eq!(above[..6], [960_000, 970_000, 980_000, 990_000, 1_000_000, 1_100_000]);
        assert!(integers(0).iter().all(Vec::is_empty));
        let [above, below] = values(&ParamValue::Float(0.7));
        assert_eq!((&above[0], &below[0]), (&ParamValue::Float(0.71), &ParamValue::Float(0.69)));
        assert_eq!(values(&ParamValue::Text("a".to_owned())), [vec![], vec![]]);
    }

    #[test]
    fn double_is_as_far_as_half() {
        let distance = |value| distance(&ParamValue::Integer(20), &ParamValue::Integer(value)).unwrap();
        assert!((distance(40) - distance(10)).abs() < 1e-9);
        assert!(distance(21) < distance(18));
    }
}
