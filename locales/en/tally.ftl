tally-title = Sealed tally
tally-not-yet = It is not time to open the boxes
tally-not-yet-advice = When the survey has closed, office, statistics bureau and conduct-rectification office open the boxes together here. Until then nobody can see any answer.
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
tally-give-advice = Choose your key file. The computation takes place on this computer; the key is not uploaded.
tally-give-button = Compute and hand in my share
tally-give-seat = You act for the { $seat }.
tally-given = Your share is in.
tally-working = Computing
tally-progress = { $done } of { $total } boxes done
tally-damaged = The data of a box cannot be read; nothing was handed in. Reload and try again; tell the administrator if it persists.
tally-below-minimum = Box { $box } holds fewer than { $minimum } ballots and must not be opened. No share was handed in.
tally-other-key = This is not the key whose public part you handed in. Choose another file.
tally-head = Head
