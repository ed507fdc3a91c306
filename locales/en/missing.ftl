missing-rulebook = the rulebook
missing-calendar = the calendar
missing-keys = the three keys
missing-codes = the code lists
missing-shares = the three shares
missing-majority = a vote of all members with a majority for it
