tally-title = Sealed tally
tally-not-yet = It is not time to open the boxes
tally-not-yet-advice = When the survey has closed, the key holders open the boxes together here. Until then nobody can see any answer.
tally-holders = Key holders
tally-share-in = share given and checked
tally-share-awaited = awaited
tally-boxes = Boxes
tally-counted = Ballots that count
tally-to-open = to be opened
tally-opened = opened
tally-stays-shut = stays shut: { $counted } ballots, fewer than { $minimum }, so that nobody is recognised
tally-sealed = sealed
tally-opened-intro = The boxes are open. Results are checked with the draft of the ranking and published with it.
tally-summary = { $total ->
        [one] { $total } box
       *[other] { $total } boxes
    }: { $open } can be opened, { $shut } stay shut.
tally-give = Open with my key
tally-give-advice = The computation takes place on this computer; the key is not uploaded.
tally-needed = The boxes open when { $threshold } key holders have given their shares; { $missing } to go.
tally-not-needed = not needed
tally-give-button = Compute and hand in my share
tally-give-seat = You act for the { $seat }.
tally-given = Your share is in.
tally-working = Computing
tally-progress = { $done } of { $total } boxes done
tally-below-minimum = Box { $box } holds fewer than { $minimum } ballots and must not be opened. No share was handed in.
tally-head = Head
