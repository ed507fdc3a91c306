uncertainty-title = How sure the places are
uncertainty-lead = Only some people were asked, so there is an error. Below are the places that each office may have: the longer the bar, the less can be told. All these statements together hold in 95 of 100 surveys.
uncertainty-chart = The block is the published place, the bar the possible places, from place 1 to place { $count }
uncertainty-place = This office is somewhere between place { $best } and place { $worst }; the survey cannot tell these apart.
uncertainty-place-sure = This office has place { $best }; the survey can tell.
uncertainty-total = The total lies between { $low } and { $high }, with 95 per cent confidence.
uncertainty-range = { $best }–{ $worst }
uncertainty-tiers = { $count ->
    [one] There is { $count } tier
   *[other] There are { $count } tiers
} that can be told apart. A tier begins with the first office that can be told from the first one of the tier above.
uncertainty-tier = Tier
uncertainty-interval = Total between
uncertainty-places = Possible places
uncertainty-response = Response: { $share }.
uncertainty-response-low = Fewer than half answered. If those who did not answer think otherwise, the intervals are too short.
uncertainty-how = How this was computed
uncertainty-how-who = The intervals speak of the people who got codes. Those who did not answer are taken to be like those who did; each group is counted by itself, and where everybody answered there is no error.
uncertainty-how-items = A box gives totals for each item, never who answered what together. So the errors of items are added up, which is the worst case: intervals may be too wide, not too narrow. Where few answered they are widened further.
uncertainty-how-places = A place is no better than one more than the offices that are surely better, and no worse than all offices less those that are surely worse (Mogstad, Romano, Shaikh, Wilhelm, 2024). The places on the page of an office hold with 95 per cent for that office alone, those here for all offices together.
uncertainty-drawn = Each office was judged by other people, so the limit was found by drawing the greatest difference 2,000 times; the seed is fixed, so everybody gets the same.
uncertainty-any-dependence = Some groups judge all offices with one sheet, so that errors of offices go together, or there are very many offices. So the limit is one that holds however they go together: too wide rather than too narrow.
uncertainty-how-inspection = Points of the inspection are not a sample; they have no sampling error and count as they are.
uncertainty-how-not-result = None of this changes scores or places, and it is not part of the dossier.
