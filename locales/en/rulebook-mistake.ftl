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
rulebook-mistake-key-of-other-kind-do = Remove it, or choose the kind that takes it.
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
rulebook-mistake-too-many-grades = { $count } grades are more than { $most }
rulebook-mistake-too-many-grades-do = Choose a larger step, or fewer numbers.
rulebook-mistake-top-mismatch = survey.measure is { $rule }, but { $count } grades are marked top = true
rulebook-mistake-top-mismatch-do = With measure = "top-share" mark at least one grade and not all; otherwise mark none.
rulebook-mistake-item-grade-missing = The item { $item } has values of its own, but none for the grade { $grade }
rulebook-mistake-item-grade-missing-do = Add { $grade } to values.
rulebook-mistake-invalid-needs-one-item = dont-know = "invalid" with { $count } items: sealed counts do not tell which answers stood on one ballot
rulebook-mistake-invalid-needs-one-item-do = Ask one item only, or choose excluded or in-base.
rulebook-mistake-blank-deduction-mismatch = survey.blank is { $rule }, which does not fit blank-deduction
rulebook-mistake-blank-deduction-mismatch-do = Write blank = "deduct" together with blank-deduction, or neither.
rulebook-mistake-figure-unused = No component uses the figure { $id }
rulebook-mistake-figure-unused-do = Remove it, use it, or say shown-only = true.
rulebook-mistake-gate-never-opens = The bonus { $id } opens at { $bound }, but the other parts reach at most { $highest }
rulebook-mistake-gate-never-opens-do = Lower the bound.
rulebook-mistake-veto-never-falls = The veto { $id } falls below { $bound }, but the component is never below { $lowest }
rulebook-mistake-veto-never-falls-do = Raise the bound, or remove the veto.
rulebook-mistake-band-unreachable = No total falls into the band { $id }: totals go from { $lowest } to { $highest }
rulebook-mistake-band-unreachable-do = Check the grade values and the range; nothing is rescaled silently.
rulebook-mistake-places-mismatch = The places of { $id } do not descend from its points { $points } to beyond
rulebook-mistake-places-mismatch-do = Begin with the points of the component; give no place more than the one before.
rulebook-mistake-coefficient-steps = The steps of the coefficient of { $id } do not ascend from { $minimum }
rulebook-mistake-coefficient-steps-do = Begin with the minimum of the figure, then list larger figures; no coefficient is below 0.
rulebook-mistake-cannot-enforce = The rule { $id } cannot be enforced: a sealed ballot cannot be looked into, and refusing it would silence honest anger
rulebook-mistake-cannot-enforce-do = Remove enforced; the answering page reminds.
rulebook-mistake-unit-in-two-classes = The unit { $unit } is already in the class { $first }
rulebook-mistake-unit-in-two-classes-do = Leave it in one class.
