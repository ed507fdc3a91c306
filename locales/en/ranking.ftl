ranking-title = Ranking and scores
ranking-lead = { $count ->
    [one] { $count } unit is ranked
   *[other] { $count } units are ranked
}; signed by the office and the statistics bureau and published on { $time }.
ranking-scale = The scale ends at { $scale }. By this rulebook totals can lie between { $lowest } and { $highest }; nothing was rescaled, so do not compare them with other rulebooks.
ranking-csv = Download the table (CSV)
ranking-composition = What the scores are made of (the whole bar is { $scale } points)
ranking-table = Ranking
ranking-place = Place
ranking-total = Total
ranking-exact = Exact value
ranking-note = Note
ranking-tied = tied
ranking-tied-words = Units with the same exact total share a place.
ranking-base = Sheets
ranking-base-words = The survey scores rest on { $count } sealed sheets; the last column says how many for each unit.
ranking-none = No unit is ranked
ranking-none-advice = The reasons stand below, under “Not ranked”.
ranking-vetoed = Not ranked because of a confirmed breach
ranking-vetoed-words = A unit with a confirmed breach of a prohibition falls into the band that the rulebook says, whatever its score.
ranking-would-have = Place otherwise
ranking-unranked = Not ranked
ranking-unranked-none = All units are ranked.
ranking-unranked-words = These units have no total, for the reasons given.
ranking-settings = All settings of the computation
ranking-settings-words = What the plan says is given with its clause; where the plan is silent, it is said whether the rulebook or the software chose.
