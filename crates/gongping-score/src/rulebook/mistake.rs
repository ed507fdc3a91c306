//! Mistakes in rulebooks: stable codes with arguments, so that every language can say them.

use std::fmt;

use super::MistakeArgs;

/// One mistake: what, where, and the figures of the case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulebookMistake {
    /// What is wrong.
    pub code: MistakeCode,
    /// 1-based line.
    pub line: u64,
    /// 1-based column, in characters.
    pub column: u64,
    /// The arguments of the message of this code.
    pub args: MistakeArgs,
}

impl RulebookMistake {
    /// The reason in English.
    pub fn reason(&self) -> String {
        fill(self.code.texts().1, &self.args)
    }

    /// What to do, in English.
    pub fn suggestion(&self) -> String {
        fill(self.code.texts().2, &self.args)
    }
}

impl fmt::Display for RulebookMistake {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (line, column, code) = (self.line, self.column, self.code.as_str());
        write!(out, "line {line}, column {column}: {} [{code}]", self.reason())?;
        write!(out, "\n  {}", self.suggestion())
    }
}

impl std::error::Error for RulebookMistake {}

fn fill(template: &str, args: &MistakeArgs) -> String {
    args.iter().fold(template.to_owned(), |text, (name, value)| {
        text.replace(&format!("{{{name}}}"), value)
    })
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident $code:literal $reason:literal $suggestion:literal)*) => {
        /// What can be wrong with a rulebook. The texts of [`MistakeCode::as_str`] are stable.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum MistakeCode { $($(#[$doc])* $name,)* }

        impl MistakeCode {
            /// Every code.
            pub const ALL: &[MistakeCode] = &[$(MistakeCode::$name,)*];

            fn texts(self) -> (&'static str, &'static str, &'static str) {
                match self { $(MistakeCode::$name => ($code, $reason, $suggestion),)* }
            }
        }
    };
}

codes! {
    /// Not TOML. `message`.
    Syntax "syntax"
        "this is not valid TOML: {message}"
        "Correct the line; texts stand in double quotes."
    /// A key that means nothing here. `key`, `known`.
    UnknownKey "unknown-key"
        "the key {key} means nothing here"
        "Remove it or correct its spelling. Known here: {known}."
    /// A key is missing. `key`.
    MissingKey "missing-key"
        "the key {key} is missing"
        "Add {key} here; it has no default."
    /// A value of another type is needed. `key`, `expected`, `found`.
    WrongType "wrong-type"
        "{key} is {found}, but must be {expected}"
        "Write {expected}."
    /// The format of the file is of another version. `found`.
    UnknownFormat "unknown-format"
        "format {found} is not known to this version"
        "Write format = 1, or use a newer version of the software."
    /// An id with other characters. `id`.
    BadId "bad-id"
        "{id} cannot be an id"
        "Use 1 to 40 of the characters A-Z a-z 0-9 . _ - and begin with a letter or digit; for a group only a-z 0-9 - and begin with a letter."
    /// An id that is taken. `kind`, `id`, `first-line`.
    DuplicateId "duplicate-id"
        "the id {id} is already used for {kind} in line {first-line}"
        "Give this one another id."
    /// An id that the program uses itself. `id`.
    ReservedId "reserved-id"
        "the id {id} is reserved for rows of the counts file"
        "Choose another id."
    /// A name is missing. `language`.
    MissingName "missing-name"
        "the name in {language} is missing or empty"
        "Write name = { zh-Hans = \"…\", en = \"…\" }."
    /// Not a number. `key`, `text`, `why`.
    BadNumber "bad-number"
        "{key} = {text} cannot be read: {why}"
        "Write a whole number, a decimal like 0.85, or a fraction like \"2/3\"."
    /// A number outside its range. `key`, `value`, `low`, `high`.
    OutOfRange "out-of-range"
        "{key} = {value} is outside {low} to {high}"
        "Choose a value from {low} to {high}."
    /// A number that must be above zero. `key`, `value`.
    NotPositive "not-positive"
        "{key} = {value}, but it must be above 0"
        "Write a value above 0, or remove what it belongs to."
    /// A minimum of 0. `key`.
    MinimumZero "minimum-zero"
        "{key} = 0 would open boxes that hold nothing or rank units nobody rated"
        "Write at least 1."
    /// A word that is not a choice. `key`, `value`, `choices`.
    UnknownChoice "unknown-choice"
        "{key} cannot be {value}"
        "Choose one of: {choices}."
    /// Something that does not exist is referred to. `kind`, `id`, `known`.
    UnknownReference "unknown-reference"
        "there is no {kind} {id}"
        "Correct the id or add the {kind}. There are: {known}."
    /// A list that must not be empty. `key`.
    EmptyList "empty-list"
        "the rulebook has no {key}"
        "Add at least one [[{key}]]."
    /// Fewer than two grades. `count`.
    TooFewGrades "too-few-grades"
        "a scale needs at least two grades with a value, there is {count}"
        "Add the other grades, best first."
    /// A group without a weight. `id`.
    GroupWithoutWeight "group-without-weight"
        "the group {id} has no weight"
        "Add weight; equal weights must be written too, because the plan may be asked for them."
    /// Weights that do not add up to 1. `kind`, `sum`.
    WeightsNotOne "weights-not-one"
        "the weights of the {kind} add up to {sum}, not to 1"
        "Correct them; thirds are written \"1/3\"."
    /// A grade without a value. `id`.
    GradeWithoutValue "grade-without-value"
        "the grade {id} has no value"
        "Add value; the don't-know answer is marked dont-know = true instead."
    /// A grade that is worth more than the one before. `id`, `value`, `before`.
    GradesNotDescending "grades-not-descending"
        "the grade {id} is worth {value}, not less than {before} of the grade before it"
        "List the grades from the best to the worst."
    /// A don't-know answer without a rule, or a rule without an answer. `rule`, `count`.
    DontKnowMismatch "dont-know-mismatch"
        "survey.dont-know is {rule}, but {count} grades are marked dont-know = true"
        "Mark exactly one grade, or set dont-know = \"absent\" and mark none."
    /// Weights of items that the mean does not use, or the other way round. `rule`, `count`.
    ItemWeightMismatch "item-weight-mismatch"
        "survey.item-mean is {rule}, but {count} items have a weight"
        "Give every item a weight with item-mean = \"weighted\", or none with \"plain\"."
    /// Not exactly one survey component. `count`.
    SurveyComponents "survey-components"
        "exactly one component must have kind = \"survey\", there are {count}"
        "Leave one component with kind = \"survey\"."
    /// Points of parts that do not add up. `parent`, `sum`, `points`.
    PointsNotAdding "points-not-adding"
        "the parts of {parent} add up to {sum} points, not to {points}"
        "Correct the points; nothing is rescaled silently."
    /// A parent that cannot have parts. `id`, `parent`.
    BadParent "bad-parent"
        "{id} cannot be a part of {parent}"
        "A parent is an earlier component with kind = \"sum\"."
    /// A sum without parts. `id`.
    SumWithoutParts "sum-without-parts"
        "the sum {id} has no parts"
        "Add components with parent = \"{id}\", or choose another kind."
    /// A key that belongs to other kinds of components. `key`, `kind`.
    KeyOfOtherKind "key-of-other-kind"
        "{key} means nothing for kind = \"{kind}\""
        "Remove it, or choose the kind that takes it."
    /// A maximum that is not above the minimum. `minimum`, `maximum`.
    EmptyRange "empty-range"
        "no points lie between the minimum {minimum} and the maximum {maximum}"
        "Make the maximum larger than the minimum."
    /// A step that does not lead to the maximum. `step`, `minimum`, `maximum`.
    StepMisses "step-misses"
        "steps of {step} from {minimum} do not reach {maximum}"
        "Choose a step that divides the range, so that full marks can be given."
    /// Score items that do not add up. `component`, `sum`, `maximum`.
    ScoreItemsNotAdding "score-items-not-adding"
        "the score items of {component} add up to {sum}, not to {maximum}"
        "Correct the minima and maxima of the score items or of the component."
    /// A band without a rule, or with several. `id`, `count`.
    BandRuleCount "band-rule-count"
        "the band {id} has {count} rules"
        "Give it range, best or last; or veto-only = true. Best and last may be joined by range."
    /// Not a range. `text`.
    BadRange "bad-range"
        "{text} is not a range"
        "Write \"[75, 85)\": square brackets include the bound, round ones exclude it."
    /// Not a number of places. `text`.
    BadPlaces "bad-places"
        "{text} is not a number of places"
        "Write a whole number of at least 1, or a share of the units like \"30%\" up to 100%."
    /// Totals that no band takes. `hole`.
    BandHole "band-hole"
        "no band takes totals in {hole}"
        "Extend a neighbouring range; a single number is a hole too."
    /// Totals that two bands take. `overlap`, `first`, `second`.
    BandOverlap "band-overlap"
        "the bands {first} and {second} both take totals in {overlap}"
        "Exclude the shared bound or totals from one of them."
    /// A veto that leads to a band which is also given by the ranges' best end. `id`.
    VetoBand "veto-band"
        "the band {id} of a veto is given by a quota of the best"
        "A breach must lead to a failing band."
    /// An organiser that is named twice. `level`.
    AppraisesTwice "appraises-twice"
        "the organiser level {level} is named twice"
        "Join the two entries."
    /// More grades than a ballot can carry. `count`, `most`.
    TooManyGrades "too-many-grades"
        "the scale has {count} grades, more than {most}"
        "Choose a larger step, or fewer numbers."
    /// Top grades that are not counted, or a share without top grades. `rule`, `count`.
    TopMismatch "top-mismatch"
        "survey.measure is {rule}, but {count} grades are marked top = true"
        "With measure = \"top-share\" mark at least one grade and not all; otherwise mark none."
    /// An item with worths of its own that lacks one. `item`, `grade`.
    ItemGradeMissing "item-grade-missing"
        "the item {item} has values of its own, but none for the grade {grade}"
        "Add {grade} to values."
    /// Invalid ballots cannot be told from others. `count`.
    InvalidNeedsOneItem "invalid-needs-one-item"
        "dont-know = \"invalid\" with {count} items: sealed counts do not tell which answers stood on one ballot"
        "Ask one item only, or choose excluded or in-base."
    /// A deduction without its rule, or a rule without its deduction. `rule`.
    BlankDeductionMismatch "blank-deduction-mismatch"
        "survey.blank is {rule}, which does not fit blank-deduction"
        "Write blank = \"deduct\" together with blank-deduction, or neither."
    /// A figure that nothing uses. `id`.
    FigureUnused "figure-unused"
        "no component uses the figure {id}"
        "Remove it, use it, or say shown-only = true."
    /// A bonus that nobody can get. `id`, `bound`, `highest`.
    GateNeverOpens "gate-never-opens"
        "the bonus {id} opens at {bound}, but the other parts reach at most {highest}"
        "Lower the bound."
    /// A gate under which nobody can fall. `id`, `bound`, `lowest`.
    VetoNeverFalls "veto-never-falls"
        "the veto {id} falls below {bound}, but the component is never below {lowest}"
        "Raise the bound, or remove the veto."
    /// A band that no total reaches; a warning. `id`, `lowest`, `highest`.
    BandUnreachable "band-unreachable"
        "no total falls into the band {id}: totals go from {lowest} to {highest}"
        "Check the grade values and the range; nothing is rescaled silently."
    /// Points of places that do not fit. `id`, `points`.
    PlacesMismatch "places-mismatch"
        "the places of {id} do not descend from its points {points} to beyond"
        "Begin with the points of the component; give no place more than the one before."
    /// Steps of a coefficient that leave a figure without one. `id`, `minimum`.
    CoefficientSteps "coefficient-steps"
        "the steps of the coefficient of {id} do not ascend from {minimum}"
        "Begin with the minimum of the figure, then list larger figures; no coefficient is below 0."
    /// A rule about one ballot that cannot be enforced. `id`.
    CannotEnforce "cannot-enforce"
        "the rule {id} cannot be enforced: a sealed ballot cannot be looked into, and refusing it would silence honest anger"
        "Remove enforced; the answering page reminds."
    /// A unit in two classes. `unit`, `first`.
    UnitInTwoClasses "unit-in-two-classes"
        "the unit {unit} is already in the class {first}"
        "Leave it in one class."
}

impl MistakeCode {
    /// The stable text of the code, for translations and help pages.
    pub fn as_str(self) -> &'static str {
        self.texts().0
    }
}
