missing-rulebook = the rulebook
missing-calendar = the calendar
missing-rehearsal = the opened practice box
missing-keys = the key of the three bodies
missing-codes = the code lists
missing-shares = enough shares
missing-majority = a vote of all members with a majority for it
missing-reasons = the reasons
