//! The group law and the computations, written once for every kind of number.
//!
//! The curve is -x² + y² = 1 + d x² y². A point is X, Y, Z, T with x = X/Z, y = Y/Z, x y = T/Z. The
//! formulas are those of Hisil, Wong, Carter and Dawson (Twisted Edwards Curves Revisited, 2008,
//! sections 3.1 and 3.3); for this curve they hold for every two points, also for equal ones, for
//! the neutral element and for those of small order.

/// Defines the computations over the numbers of the module that calls it. `$feature` is put on
/// each function, so that the compiler may use the instructions of that module.
macro_rules! group_formulas {
    ($feature:meta) => {
        use crate::digits::{self, NIBBLES};
        use crate::limbs;
        use crate::{DecodeError, FixedBase, Point, Products, Request};

        /// The last step of an addition or doubling: X = e f, Y = g h, Z = f g, T = e h.
        #[derive(Clone, Copy)]
        struct Completed {
            e: Field,
            f: Field,
            g: Field,
            h: Field,
        }

        /// A point to double: X, Y, X + Y, Z.
        #[derive(Clone, Copy)]
        struct Doubling {
            x: Field,
            y: Field,
            plus: Field,
            z: Field,
        }

        /// A point to add to: Y - X, Y + X, Z, T.
        #[derive(Clone, Copy)]
        struct Sum {
            minus: Field,
            plus: Field,
            z: Field,
            t: Field,
        }

        /// A point to add: Y - X, Y + X, 2 Z, 2 d T.
        #[derive(Clone, Copy)]
        struct Addend {
            minus: Field,
            plus: Field,
            z2: Field,
            t2d: Field,
        }

        #[$feature]
        #[inline]
        fn splat_limbs(value: &Limbs) -> Field {
            load(&[*value; LANES])
        }

        #[$feature]
        #[inline]
        fn mul(a: &Field, b: &Field) -> Field {
            reduce(&mul_wide(a, b))
        }

        #[$feature]
        #[inline]
        fn square(a: &Field) -> Field {
            reduce(&square_wide(a))
        }

        #[$feature]
        #[inline]
        fn add(a: &Field, b: &Field) -> Field {
            reduce(&add_wide(&widen(a), &widen(b)))
        }

        #[$feature]
        #[inline]
        fn sub(a: &Field, b: &Field) -> Field {
            reduce(&sub_wide(&widen(a), &widen(b)))
        }

        /// Squares each number `count` times.
        #[$feature]
        #[inline]
        fn square_times(values: &[Field; VECTORS], count: u32) -> [Field; VECTORS] {
            let mut values = *values;
            for _ in 0..count {
                for value in &mut values {
                    *value = square(value);
                }
            }
            values
        }

        #[$feature]
        #[inline]
        fn mul_each(a: &[Field; VECTORS], b: &[Field; VECTORS]) -> [Field; VECTORS] {
            let mut products = *a;
            for (product, b) in products.iter_mut().zip(b) {
                *product = mul(product, b);
            }
            products
        }

        /// The powers 2^250 - 1 and 11.
        #[$feature]
        fn power_250(a: &[Field; VECTORS]) -> ([Field; VECTORS], [Field; VECTORS]) {
            let a2 = square_times(a, 1);
            let a9 = mul_each(&square_times(&a2, 2), a);
            let a11 = mul_each(&a9, &a2);
            // From here, n stands for the power 2^n - 1.
            let n5 = mul_each(&square_times(&a11, 1), &a9);
            let n10 = mul_each(&square_times(&n5, 5), &n5);
            let n20 = mul_each(&square_times(&n10, 10), &n10);
            let n40 = mul_each(&square_times(&n20, 20), &n20);
            let n50 = mul_each(&square_times(&n40, 10), &n10);
            let n100 = mul_each(&square_times(&n50, 50), &n50);
            let n200 = mul_each(&square_times(&n100, 100), &n100);
            (mul_each(&square_times(&n200, 50), &n50), a11)
        }

        /// The power (p - 5) / 8 = 2^252 - 3.
        #[$feature]
        fn power_for_root(a: &[Field; VECTORS]) -> [Field; VECTORS] {
            mul_each(&square_times(&power_250(a).0, 2), a)
        }

        /// The power p - 2 = 2^255 - 21, which is the inverse of what is not zero.
        #[$feature]
        fn invert(a: &Field) -> Field {
            let (n250, a11) = power_250(&[*a; VECTORS]);
            mul_each(&square_times(&n250, 5), &a11)[0]
        }

        impl Completed {
            #[$feature]
            #[inline]
            fn doubling(&self) -> Doubling {
                let x = mul_wide(&self.e, &self.f);
                let y = mul_wide(&self.g, &self.h);
                let plus = reduce(&add_wide(&x, &y));
                Doubling { x: reduce(&x), y: reduce(&y), plus, z: mul(&self.f, &self.g) }
            }

            #[$feature]
            #[inline]
            fn sum(&self) -> Sum {
                let x = mul_wide(&self.e, &self.f);
                let y = mul_wide(&self.g, &self.h);
                Sum {
                    minus: reduce(&sub_wide(&y, &x)),
                    plus: reduce(&add_wide(&y, &x)),
                    z: mul(&self.f, &self.g),
                    t: mul(&self.e, &self.h),
                }
            }
        }

        impl Doubling {
            /// All of e, f, g, h would have the other sign for the formulas as published; the point
            /// is the same.
            #[$feature]
            #[inline]
            fn double(&self) -> Completed {
                let a = square_wide(&self.x);
                let b = square_wide(&self.y);
                let c = square_wide(&self.z);
                let h = add_wide(&a, &b);
                let e = sub_wide(&square_wide(&self.plus), &h);
                let g = sub_wide(&b, &a);
                let f = sub_wide(&add_wide(&add_wide(&c, &c), &a), &b);
                Completed { e: reduce(&e), f: reduce(&f), g: reduce(&g), h: reduce(&h) }
            }
        }

        impl Sum {
            /// From X, Y, Z, T.
            #[$feature]
            #[inline]
            fn from_points(points: &[&Point; LANES]) -> Self {
                let mut rows = [&points[0].0; LANES];
                for lane in 0..LANES {
                    rows[lane] = &points[lane].0;
                }
                let [x, y, z, t] = gather(&rows);
                Self { minus: sub(&y, &x), plus: add(&y, &x), z, t }
            }

            /// 2 X, 2 Y, 2 Z, 2 T: the same point.
            #[$feature]
            #[inline]
            fn coordinates(&self) -> [Field; 4] {
                [
                    sub(&self.plus, &self.minus),
                    add(&self.plus, &self.minus),
                    add(&self.z, &self.z),
                    add(&self.t, &self.t),
                ]
            }

            #[$feature]
            fn points(&self) -> [Point; LANES] {
                let mut rows = [[Row([0; 24]); 1]; LANES];
                scatter(&self.coordinates(), &mut rows, &[0; LANES]);
                let mut points = [Point::NEUTRAL; LANES];
                for (point, [row]) in points.iter_mut().zip(rows) {
                    *point = Point(row);
                }
                points
            }

            #[$feature]
            #[inline]
            fn neutral() -> Self {
                let one = splat_limbs(&limbs::ONE);
                Self { minus: one, plus: one, z: one, t: splat_limbs(&limbs::ZERO) }
            }

            #[$feature]
            #[inline]
            fn addend(&self) -> Addend {
                Addend {
                    minus: self.minus,
                    plus: self.plus,
                    z2: add(&self.z, &self.z),
                    t2d: mul(&self.t, &splat_limbs(&limbs::D2)),
                }
            }

            #[$feature]
            #[inline]
            fn doubling(&self) -> Doubling {
                let [x, y, z, _] = self.coordinates();
                let plus = add(&self.plus, &self.plus);
                Doubling { x, y, plus, z }
            }

            /// Adds the point, or subtracts it where the mask is set.
            #[$feature]
            #[inline]
            fn add(&self, other: &Addend, negative: Mask) -> Completed {
                let d = mul_wide(&self.z, &other.z2);
                self.add_inner(&other.minus, &other.plus, &other.t2d, &d, negative)
            }

            /// As [`Self::add`] for a point with Z = 1.
            #[$feature]
            #[inline]
            fn add_affine(&self, other: &[Field; 3], negative: Mask) -> Completed {
                let z = widen(&self.z);
                let [minus, plus, t2d] = other;
                self.add_inner(minus, plus, t2d, &add_wide(&z, &z), negative)
            }

            #[$feature]
            #[inline]
            fn add_inner(
                &self,
                minus: &Field,
                plus: &Field,
                t2d: &Field,
                d: &Wide,
                negative: Mask,
            ) -> Completed {
                // -(x, y) = (-x, y): X and T change their sign.
                let a = mul_wide(&self.minus, &select(negative, plus, minus));
                let b = mul_wide(&self.plus, &select(negative, minus, plus));
                let c = mul_wide(&self.t, t2d);
                let less = reduce(&sub_wide(d, &c));
                let more = reduce(&add_wide(d, &c));
                Completed {
                    e: reduce(&sub_wide(&b, &a)),
                    f: select(negative, &more, &less),
                    g: select(negative, &less, &more),
                    h: reduce(&add_wide(&b, &a)),
                }
            }
        }

        /// What each lane adds in one window: which row, and where its negative.
        #[derive(Clone, Copy)]
        struct Step {
            index: [u8; LANES],
            negative: Mask,
        }

        /// A scalar for each lane, in windows of four bits.
        struct Windows {
            steps: [Step; NIBBLES],
            /// Whether any lane has a scalar other than zero.
            used: bool,
        }

        impl Windows {
            fn new(scalars: &[&[u8; 32]; LANES]) -> Self {
                let digits = scalars.map(digits::nibbles);
                let mut steps =
                    [Step { index: [0; LANES], negative: mask(&[false; LANES]) }; NIBBLES];
                for (window, step) in steps.iter_mut().enumerate() {
                    let mut negative = [false; LANES];
                    for lane in 0..LANES {
                        let digit = digits[lane][window];
                        step.index[lane] = digit.unsigned_abs();
                        negative[lane] = digit < 0;
                    }
                    step.negative = mask(&negative);
                }
                Self { steps, used: scalars.iter().any(|scalar| **scalar != [0; 32]) }
            }
        }

        /// For each lane, nine sums: of the multiples 2^(4 i) P whose digit is 0, ±1, .., ±8.
        type Buckets = [[Row; 9]; LANES];

        #[$feature]
        #[inline]
        fn bucket(buckets: &Buckets, index: &[u8; LANES]) -> Sum {
            let mut rows = [&buckets[0][0]; LANES];
            for lane in 0..LANES {
                rows[lane] = &buckets[lane][usize::from(index[lane])];
            }
            let [minus, plus, z, t] = gather(&rows);
            Sum { minus, plus, z, t }
        }

        #[$feature]
        #[inline]
        fn set_bucket(buckets: &mut Buckets, index: &[u8; LANES], sum: &Sum) {
            scatter(&[sum.minus, sum.plus, sum.z, sum.t], buckets, index);
        }

        /// Adds a point to the bucket of each lane's digit, for two scalars. Two additions that do not
        /// need each other stand together, here and below: while the end of one waits, the other
        /// goes on.
        #[$feature]
        #[inline]
        fn fill_buckets(buckets: &mut [Buckets; 2], steps: [&Step; 2], addend: &Addend) {
            let one = bucket(&buckets[0], &steps[0].index).add(addend, steps[0].negative);
            let two = bucket(&buckets[1], &steps[1].index).add(addend, steps[1].negative);
            set_bucket(&mut buckets[0], &steps[0].index, &one.sum());
            set_bucket(&mut buckets[1], &steps[1].index, &two.sum());
        }

        /// Whether q P is the neutral element, from buckets with the same digits in every lane.
        #[$feature]
        fn is_of_prime_order(order: &[Sum; 9]) -> [bool; LANES] {
            let mut buckets = [[Row::neutral_sum(); 9]; LANES];
            for (index, sum) in order.iter().enumerate() {
                set_bucket(&mut buckets, &[index as u8; LANES], sum);
            }
            is_neutral(&add_buckets(&buckets))
        }

        /// Σ d · bucket d, by adding up the sums of the buckets from d = 8 down.
        #[$feature]
        fn add_buckets(buckets: &Buckets) -> Sum {
            let plain = mask(&[false; LANES]);
            let mut running = bucket(buckets, &[8; LANES]);
            let mut total = running;
            for index in (1..8).rev() {
                let next = running.add(&bucket(buckets, &[index; LANES]).addend(), plain);
                if index < 7 {
                    total = total.add(&running.addend(), plain).sum();
                }
                running = next.sum();
            }
            total.add(&running.addend(), plain).sum()
        }

        /// The rows of a table for one window of each lane's scalar, and where their negative.
        #[$feature]
        #[inline]
        fn entry(
            table: &FixedBase,
            window: usize,
            digits: &[[i16; 32]; LANES],
        ) -> ([Field; 3], Mask) {
            let mut rows = [table.row(window, 0); LANES];
            let mut negative = [false; LANES];
            for lane in 0..LANES {
                let digit = digits[lane][window];
                rows[lane] = table.row(window, usize::from(digit.unsigned_abs()));
                negative[lane] = digit < 0;
            }
            (gather_affine(&rows), mask(&negative))
        }

        /// Adds multiples of a fixed point to both sums: one entry of its table for each window.
        #[$feature]
        fn add_fixed(sums: &mut [Sum; 2], table: &FixedBase, scalars: &[[&[u8; 32]; LANES]; 2]) {
            let used = |scalars: &[&[u8; 32]; LANES]| scalars.iter().any(|s| **s != [0; 32]);
            let digits = [scalars[0].map(digits::bytes), scalars[1].map(digits::bytes)];
            match [used(&scalars[0]), used(&scalars[1])] {
                [false, false] => {}
                [true, true] => {
                    for window in 0..32 {
                        let (row, negative) = entry(table, window, &digits[0]);
                        let one = sums[0].add_affine(&row, negative);
                        let (row, negative) = entry(table, window, &digits[1]);
                        let two = sums[1].add_affine(&row, negative);
                        sums[0] = one.sum();
                        sums[1] = two.sum();
                    }
                }
                [first, _] => {
                    let term = usize::from(!first);
                    for window in 0..32 {
                        let (row, negative) = entry(table, window, &digits[term]);
                        sums[term] = sums[term].add_affine(&row, negative).sum();
                    }
                }
            }
        }

        /// Whether each lane is the neutral element: X = 0 and Y = Z.
        #[$feature]
        fn is_neutral(sum: &Sum) -> [bool; LANES] {
            let [x, y, z, _] = sum.coordinates();
            let (x, difference) = (store(&x), store(&sub(&y, &z)));
            let mut neutral = [false; LANES];
            for lane in 0..LANES {
                neutral[lane] = limbs::canonical(&x[lane]) == limbs::ZERO
                    && limbs::canonical(&difference[lane]) == limbs::ZERO;
            }
            neutral
        }

        /// See [`crate::Lanes::products`].
        #[$feature]
        pub(crate) fn products(
            bases: [&FixedBase; 2],
            requests: &[Request],
            answers: &mut Vec<Products>,
        ) {
            for chunk in requests.chunks(LANES) {
                let mut vector = [&chunk[0]; LANES];
                for (lane, request) in vector.iter_mut().zip(chunk) {
                    *lane = request;
                }
                let products = products_vector(bases, &vector);
                answers.extend_from_slice(&products[..chunk.len()]);
            }
        }

        #[$feature]
        fn products_vector(
            bases: [&FixedBase; 2],
            requests: &[&Request; LANES],
        ) -> [Products; LANES] {
            let (mut sums, of_prime_order) = variable_products(requests);
            for (index, base) in bases.into_iter().enumerate() {
                let scalars = [0, 1].map(|term| requests.map(|r| &r.terms[term].fixed[index]));
                add_fixed(&mut sums, base, &scalars);
            }
            let points = [sums[0].points(), sums[1].points()];
            let mut products =
                [Products { of_prime_order: None, points: [Point::NEUTRAL; 2] }; LANES];
            for (lane, product) in products.iter_mut().enumerate() {
                let asked = requests[lane].check_order;
                product.of_prime_order = asked.then_some(of_prime_order[lane]);
                product.points = [points[0][lane], points[1][lane]];
            }
            products
        }

        /// The products with the points of the requests, and whether q P is the neutral element if
        /// any lane asks.
        ///
        /// Doubles the points 252 times, and on the way adds every fourth double to the bucket of
        /// the digit that each scalar has there. All scalars share the doublings, and so does the
        /// order q.
        #[$feature]
        fn variable_products(requests: &[&Request; LANES]) -> ([Sum; 2], [bool; LANES]) {
            let windows = [0, 1].map(|term| Windows::new(&requests.map(|r| &r.terms[term].point)));
            let used = windows.iter().any(|windows| windows.used);
            let check_order = requests.iter().any(|request| request.check_order);
            let mut buckets = [[[Row::neutral_sum(); 9]; LANES]; 2];
            let mut order = [Sum::neutral(); 9];
            let mut sum = Sum::from_points(&requests.map(|request| &request.point));
            for window in 0..NIBBLES {
                let addend = sum.addend();
                if used {
                    let steps = [&windows[0].steps[window], &windows[1].steps[window]];
                    fill_buckets(&mut buckets, steps, &addend);
                }
                let digit = ORDER_DIGITS[window];
                if check_order && digit != 0 {
                    let bucket = &mut order[usize::from(digit.unsigned_abs())];
                    *bucket = bucket.add(&addend, mask(&[digit < 0; LANES])).sum();
                }
                if window + 1 < NIBBLES {
                    let mut double = sum.doubling().double();
                    for _ in 0..3 {
                        double = double.doubling().double();
                    }
                    sum = double.sum();
                }
            }
            let sums = match used {
                true => [add_buckets(&buckets[0]), add_buckets(&buckets[1])],
                false => [Sum::neutral(); 2],
            };
            let order = if check_order { is_of_prime_order(&order) } else { [false; LANES] };
            (sums, order)
        }

        /// The digits of the order q.
        const ORDER_DIGITS: [i8; NIBBLES] = digits::nibbles(&digits::ORDER);

        /// See [`crate::Lanes::add_each`].
        #[$feature]
        pub(crate) fn add_each(sums: &mut [Point], points: &[Point]) {
            let plain = mask(&[false; LANES]);
            for (sums, points) in sums.chunks_mut(LANES).zip(points.chunks(LANES)) {
                let mut left = [&Point::NEUTRAL; LANES];
                let mut right = [&Point::NEUTRAL; LANES];
                for (lane, (sum, point)) in sums.iter().zip(points).enumerate() {
                    left[lane] = sum;
                    right[lane] = point;
                }
                let addend = Sum::from_points(&right).addend();
                let result = Sum::from_points(&left).add(&addend, plain).sum().points();
                for (sum, point) in sums.iter_mut().zip(result) {
                    *sum = point;
                }
            }
        }

        /// See [`crate::Lanes::affine`]: x and y, canonical. One inversion for all points of a
        /// lane (Montgomery's trick).
        #[$feature]
        pub(crate) fn affine(points: &[Point]) -> Vec<[Limbs; 2]> {
            let mut coordinates = Vec::with_capacity(points.len().div_ceil(LANES));
            let mut product = splat_limbs(&limbs::ONE);
            for chunk in points.chunks(LANES) {
                let mut rows = [&Point::NEUTRAL.0; LANES];
                for (row, point) in rows.iter_mut().zip(chunk) {
                    *row = &point.0;
                }
                let [x, y, z, _] = gather(&rows);
                coordinates.push((x, y, z, product));
                product = mul(&product, &z);
            }
            let mut inverse = invert(&product);
            let mut affine = vec![[limbs::ZERO; 2]; points.len()];
            for (chunk, (x, y, z, before)) in affine.chunks_mut(LANES).zip(&coordinates).rev() {
                let own = mul(&inverse, before);
                inverse = mul(&inverse, z);
                let (x, y) = (store(&mul(x, &own)), store(&mul(y, &own)));
                for (lane, point) in chunk.iter_mut().enumerate() {
                    *point = [limbs::canonical(&x[lane]), limbs::canonical(&y[lane])];
                }
            }
            affine
        }

        /// See [`crate::Lanes::decode`]. x² = u / v with u = y² - 1 and v = d y² + 1; the root is
        /// u v³ (u v⁷)^((p - 5) / 8), times √-1 if need be (RFC 8032, section 5.1.3).
        #[$feature]
        pub(crate) fn decode(
            encodings: &[[u8; 32]],
            results: &mut Vec<Result<Point, DecodeError>>,
        ) {
            for chunk in encodings.chunks(VECTORS * LANES) {
                let mut bytes = [[&ONE_BYTES; LANES]; VECTORS];
                for (slot, encoding) in bytes.as_flattened_mut().iter_mut().zip(chunk) {
                    *slot = encoding;
                }
                let points = decode_vectors(&bytes);
                results.extend_from_slice(&points.as_flattened()[..chunk.len()]);
            }
        }

        const ONE_BYTES: [u8; 32] = {
            let mut bytes = [0; 32];
            bytes[0] = 1;
            bytes
        };

        #[$feature]
        fn decode_vectors(
            encodings: &[[&[u8; 32]; LANES]; VECTORS],
        ) -> [[Result<Point, DecodeError>; LANES]; VECTORS] {
            let one = splat_limbs(&limbs::ONE);
            let d2 = splat_limbs(&limbs::D2);
            let mut us = [one; VECTORS];
            let mut vs = [one; VECTORS];
            let mut uv3s = [one; VECTORS];
            let mut uv7s = [one; VECTORS];
            let mut ys = [one; VECTORS];
            for vector in 0..VECTORS {
                let y = load(&encodings[vector].map(limbs::from_bytes));
                let yy = square(&y);
                // Both twice: the quotient is the same, and 2 d is at hand.
                let u = sub(&yy, &one);
                let u = add(&u, &u);
                let v = add(&mul(&yy, &d2), &add(&one, &one));
                let vv = square(&v);
                let uv3 = mul(&mul(&u, &v), &vv);
                ys[vector] = y;
                us[vector] = u;
                vs[vector] = v;
                uv3s[vector] = uv3;
                uv7s[vector] = mul(&uv3, &square(&vv));
            }
            let roots = mul_each(&power_for_root(&uv7s), &uv3s);
            let mut results = [[Err(DecodeError::NotOnCurve); LANES]; VECTORS];
            for vector in 0..VECTORS {
                let root = &roots[vector];
                let other = store(&mul(root, &splat_limbs(&limbs::SQRT_MINUS_ONE)));
                let check = mul(&vs[vector], &square(root));
                let same = store(&sub(&check, &us[vector]));
                let opposite = store(&add(&check, &us[vector]));
                let root = store(root);
                let mut x = [limbs::ZERO; LANES];
                let mut state = [Err(DecodeError::NotOnCurve); LANES];
                for lane in 0..LANES {
                    let found = crate::choose_root(
                        encodings[vector][lane],
                        [&root[lane], &other[lane]],
                        [&same[lane], &opposite[lane]],
                    );
                    state[lane] = found.map(|root| x[lane] = root);
                }
                let x = load(&x);
                let y = &ys[vector];
                let mut rows = [[Row([0; 24]); 1]; LANES];
                scatter(&[x, *y, one, mul(&x, y)], &mut rows, &[0; LANES]);
                for lane in 0..LANES {
                    results[vector][lane] = state[lane].map(|()| Point(rows[lane][0]));
                }
            }
            results
        }
    };
}

pub(crate) use group_formulas;
