rulebook-mistake-syntax = This is not valid TOML: { $message }
rulebook-mistake-syntax-do = Correct the line; texts stand in double quotes.
rulebook-mistake-unknown-key = The key { $key } means nothing here
rulebook-mistake-unknown-key-do = Remove it or correct its spelling. Known here: { $known }.
rulebook-mistake-missing-key = The key { $key } is missing
rulebook-mistake-missing-key-do = Add { $key } here; it has no default.
rulebook-mistake-wrong-type = { $key } is { $found }, but must be { $expected }
rulebook-mistake-wrong-type-do = Write { $expected }.
rulebook-mistake-unknown-format = Format { $found } is not known to this version
rulebook-mistake-unknown-format-do = Write format = 1, or use a newer version of the software.
rulebook-mistake-bad-id = { $id } cannot be an id
rulebook-mistake-bad-id-do = Use 1 to 40 letters, digits, points, underscores or hyphens, beginning with a letter or digit; for a group only lower-case letters, digits and hyphens, beginning with a letter.
rulebook-mistake-duplicate-id = The id { $id } is already used for { $kind } in line { $first_line }
rulebook-mistake-duplicate-id-do = Give this one another id.
rulebook-mistake-reserved-id = The id { $id } is reserved for rows of the counts file
rulebook-mistake-reserved-id-do = Choose another id.
rulebook-mistake-missing-name = The name in { $language } is missing or empty
rulebook-mistake-missing-name-do = Write the name in each language; zh-Hans is required.
rulebook-mistake-bad-number = { $key } = { $text } cannot be read: { $why }
rulebook-mistake-bad-number-do = Write a whole number, a decimal like 0.85, or a fraction like "2/3".
rulebook-mistake-out-of-range = { $key } = { $value } is outside { $low } to { $high }
rulebook-mistake-out-of-range-do = Choose a value from { $low } to { $high }.
rulebook-mistake-not-positive = { $key } = { $value }, but it must be above 0
rulebook-mistake-not-positive-do = Write a value above 0, or remove what it belongs to.
rulebook-mistake-minimum-zero = { $key } = 0 would open boxes that hold nothing or rank units nobody rated
rulebook-mistake-minimum-zero-do = Write at least 1.
rulebook-mistake-unknown-choice = { $key } cannot be { $value }
rulebook-mistake-unknown-choice-do = Choose one of: { $choices }.
rulebook-mistake-unknown-reference = There is no { $kind } { $id }
rulebook-mistake-unknown-reference-do = Correct the id or add the { $kind }. There are: { $known }.
rulebook-mistake-empty-list = The rulebook has no { $key }
rulebook-mistake-empty-list-do = Add at least one [[{ $key }]].
rulebook-mistake-too-few-grades = A scale needs at least two grades with a value, there is { $count }
rulebook-mistake-too-few-grades-do = Add the other grades, best first.
rulebook-mistake-group-without-weight = The group { $id } has no weight
rulebook-mistake-group-without-weight-do = Add weight; equal weights must be written too.
rulebook-mistake-weights-not-one = The weights of the { $kind } add up to { $sum }, not to 1
rulebook-mistake-weights-not-one-do = Correct them; thirds are written "1/3".
rulebook-mistake-grade-without-value = The grade { $id } has no value
rulebook-mistake-grade-without-value-do = Add value; the don't-know answer is marked dont-know = true instead.
rulebook-mistake-grades-not-descending = The grade { $id } is worth { $value }, not less than { $before } of the grade before it
rulebook-mistake-grades-not-descending-do = List the grades from the best to the worst.
rulebook-mistake-dont-know-mismatch = survey.dont-know is { $rule }, but { $count } grades are marked dont-know = true
rulebook-mistake-dont-know-mismatch-do = Mark exactly one grade, or set dont-know = "absent" and mark none.
rulebook-mistake-item-weight-mismatch = survey.item-mean is { $rule }, but { $count } items have a weight
rulebook-mistake-item-weight-mismatch-do = Give every item a weight with item-mean = "weighted", or none with "plain".
rulebook-mistake-survey-components = Exactly one component must have kind = "survey", there are { $count }
rulebook-mistake-survey-components-do = Leave one component with kind = "survey".
rulebook-mistake-points-not-adding = The parts of { $parent } add up to { $sum } points, not to { $points }
rulebook-mistake-points-not-adding-do = Correct the points; nothing is rescaled silently.
rulebook-mistake-bad-parent = { $id } cannot be a part of { $parent }
rulebook-mistake-bad-parent-do = A parent is an earlier component with kind = "sum".
rulebook-mistake-sum-without-parts = The sum { $id } has no parts
rulebook-mistake-sum-without-parts-do = Add components with parent = "{ $id }", or choose another kind.
rulebook-mistake-key-of-other-kind = { $key } means nothing for kind = "{ $kind }"
rulebook-mistake-key-of-other-kind-do = Remove it; only kind = "entered" takes it.
rulebook-mistake-empty-range = No points lie between the minimum { $minimum } and the maximum { $maximum }
rulebook-mistake-empty-range-do = Make the maximum larger than the minimum.
rulebook-mistake-step-misses = Steps of { $step } from { $minimum } do not reach { $maximum }
rulebook-mistake-step-misses-do = Choose a step that divides the range, so that full marks can be given.
rulebook-mistake-score-items-not-adding = The score items of { $component } add up to { $sum }, not to { $maximum }
rulebook-mistake-score-items-not-adding-do = Correct the minima and maxima of the score items or of the component.
rulebook-mistake-band-rule-count = The band { $id } has { $count } rules
rulebook-mistake-band-rule-count-do = Give it range, best or last; or veto-only = true. Best and last may be joined by range.
rulebook-mistake-bad-range = { $text } is not a range
rulebook-mistake-bad-range-do = Write "[75, 85)": square brackets include the bound, round ones exclude it.
rulebook-mistake-bad-places = { $text } is not a number of places
rulebook-mistake-bad-places-do = Write a whole number of at least 1, or a share of the units like "30%" up to 100%.
rulebook-mistake-band-hole = No band takes totals in { $hole }
rulebook-mistake-band-hole-do = Extend a neighbouring range; a single number is a hole too.
rulebook-mistake-band-overlap = The bands { $first } and { $second } both take totals in { $overlap }
rulebook-mistake-band-overlap-do = Exclude the shared bound or totals from one of them.
rulebook-mistake-veto-band = The band { $id } of a veto is given by a quota of the best
rulebook-mistake-veto-band-do = A breach must lead to a failing band.
rulebook-mistake-appraises-twice = The organiser level { $level } is named twice
rulebook-mistake-appraises-twice-do = Join the two entries.
