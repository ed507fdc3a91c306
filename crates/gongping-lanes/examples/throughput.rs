//! How long the computations take on one core of this machine, for each arithmetic.
//!
//! `cargo run --release -p gongping-lanes --example throughput`

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a program that prints its results")]
#![allow(clippy::float_arithmetic, reason = "times for people to read")]

use gongping_lanes::{FixedBase, Lanes, Point, Request, Term};
use std::hint::black_box;
use std::time::Instant;

/// Ciphertext halves of a ballot with 8 questions of 4 answers, sums included.
const POINTS: usize = 80;

fn main() {
    for lanes in [Some(Lanes::portable()), Lanes::vector()].into_iter().flatten() {
        println!("{lanes:?}, {} at a time", lanes.width());
        let table = time("table of a fixed point", 1, || FixedBase::new(lanes, &Point::GENERATOR));
        let mut scalar = [0x5b; 32];
        scalar[31] = 0x0b;
        let points: Vec<Point> = (0..POINTS as u8)
            .scan(Point::GENERATOR, |point, _| {
                let same = *point;
                lanes.add_each(std::slice::from_mut(point), &[same]);
                Some(*point)
            })
            .collect();
        let encodings = lanes.encode(&points);
        time("decode, each", POINTS, || lanes.decode(&encodings));
        time("encode, each", POINTS, || lanes.encode(&points));
        time("add, each", POINTS, || {
            let mut sums = points.clone();
            lanes.add_each(&mut sums, &points);
            sums
        });
        let measure = |what, check_order, fixed| {
            let term = Term { fixed, point: scalar };
            let requests: Vec<_> = points
                .iter()
                .map(|point| Request { point: *point, check_order, terms: [term; 2] })
                .collect();
            time(what, POINTS, || lanes.products([&table, &table], &requests));
        };
        measure("two products of a point, each point", false, [[0; 32]; 2]);
        measure("the same with its order", true, [[0; 32]; 2]);
        measure("the same with one fixed base", true, [scalar, [0; 32]]);
        measure("the same with two fixed bases", true, [scalar; 2]);
    }
}

/// Best of several runs.
fn time<T>(what: &str, count: usize, run: impl Fn() -> T) -> T {
    let mut best = f64::INFINITY;
    let begin = Instant::now();
    let mut result = run();
    while begin.elapsed().as_millis() < 300 {
        let start = Instant::now();
        result = black_box(run());
        best = best.min(start.elapsed().as_secs_f64());
    }
    println!("  {what}: {:.3} µs", best * 1e6 / count as f64);
    result
}
