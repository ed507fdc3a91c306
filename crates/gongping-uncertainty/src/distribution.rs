//! The normal and Student's t distribution, the same bits on every machine.

use libm::{erfc, exp, lgamma, log, sqrt};

/// Steps of bisection: more than a double has digits.
const BISECTIONS: u32 = 200;

/// The chance that a standard normal value is above `z`.
pub fn normal_tail(z: f64) -> f64 {
    0.5 * erfc(z / core::f64::consts::SQRT_2)
}

/// The value that a standard normal variable exceeds with chance `tail`, for 0 < `tail` < 1.
pub fn normal_quantile(tail: f64) -> f64 {
    root(|z| normal_tail(z) > tail)
}

/// The value that Student's t with `freedom` degrees of freedom exceeds with chance `tail`, for
/// 0 < `tail` < 1/2. Without a degree of freedom nothing is known: infinity.
pub fn student_quantile(tail: f64, freedom: u64) -> f64 {
    if freedom == 0 {
        return f64::INFINITY;
    }
    let freedom = freedom as f64;
    root(|t| {
        let x = freedom / (freedom + t * t);
        let outside = 0.5 * incomplete_beta(0.5 * freedom, 0.5, x);
        if t < 0.0 { 1.0 - outside > tail } else { outside > tail }
    })
}

/// Where `is_below` turns from true to false.
fn root(is_below: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (-40.0, 1e8);
    for _ in 0..BISECTIONS {
        let middle = 0.5 * (low + high);
        if middle == low || middle == high {
            break;
        }
        if is_below(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}

/// The regularized incomplete beta function by its continued fraction (Lentz's way; Abramowitz and
/// Stegun 26.5.8).
fn incomplete_beta(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(1.0 - x));
    if x < (a + 1.0) / (a + b + 2.0) {
        front * continued_fraction(a, b, x) / a
    } else {
        1.0 - front * continued_fraction(b, a, 1.0 - x) / b
    }
}

fn continued_fraction(a: f64, b: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let nonzero = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / nonzero(1.0 - (a + b) * x / (a + 1.0));
    let mut result = d;
    for m in 1..10_000 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut last = 1.0;
        for term in [even, odd] {
            d = 1.0 / nonzero(1.0 + term * d);
            c = nonzero(1.0 + term / c);
            last = c * d;
            result *= last;
        }
        if (last - 1.0).abs() < 1e-15 {
            break;
        }
    }
    result
}

/// The square root of a sum of squares.
pub(crate) fn norm(parts: impl IntoIterator<Item = f64>) -> f64 {
    sqrt(parts.into_iter().map(|part| part * part).sum())
}
