-product = Gongping

app-product = { -product }
app-tagline = Appraisal by the public that anyone can check
app-title = { $page } · { -product }
app-language = Language
app-language-change = Change language
app-skip-to-content = Skip to content
app-main-navigation = Main navigation
app-breadcrumb = You are here
app-home = Home
app-help = Help
app-practice-banner = Practice: the units here are real; people, answers and scores are simulated.

app-save = Save
app-cancel = Cancel
app-next = Next
app-back = Back
app-close = Close
app-confirm = Confirm
app-continue = Continue
app-edit = Edit
app-delete = Delete
app-add = Add
app-remove = Remove
app-send = Submit
app-search = Search
app-filter = Filter
app-sort = Sort
app-clear = Clear
app-choose = Please choose
app-choose-file = Choose a file
app-upload = Upload
app-download = Download
app-export = Export
app-import = Import
app-preview = Preview
app-print = Print
app-copy = Copy
app-copied = Copied
app-show-all = Show all
app-show-more = Show more
app-details = Details
app-previous-page = Previous page
app-next-page = Next page
app-page-of = Page { $number } of { $total }
app-results = { $count ->
    [one] { $count } entry
   *[other] { $count } entries
}

app-yes = Yes
app-no = No
app-none = None
app-all = All
app-other = Other
app-optional = optional
app-required = required
app-name = Name
app-code = Code
app-number = No.
app-kind = Kind
app-state = State
app-reason = Reason
app-note = Note
app-actions = Actions
app-total = Total
app-date = Date
app-time = Time
app-from = From
app-to = To
app-today = Today
app-late = Late
app-due = Due by { $date }
app-done = Done
app-open = Under way
app-not-yet = Not started
app-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
app-days-left = { $count ->
    [one] { $count } day left
   *[other] { $count } days left
}
app-days-late = { $count ->
    [one] { $count } day late
   *[other] { $count } days late
}
app-nothing-here = There is nothing here yet.
app-updated-at = Updated { $time }

app-percent-of = { $percent } ({ $part } of { $whole })
app-list-separator = { ", " }
app-list-last-separator = { " and " }
app-field-with-value = { $name }: { $value }

app-saved = Saved.
app-not-saved = Nothing was saved yet. Please correct what is marked below and save again; all that you entered is still here.
app-mistakes-found = { $count ->
    [one] { $count } thing to correct
   *[other] { $count } things to correct
}
app-line-column = row { $row }, column { $column }

app-error-not-found = This page does not exist
app-error-not-found-advice = The address may be mistyped, or the page has moved. Check the address, or start from the home page.
app-error-not-allowed = You are not permitted to do this
app-error-not-allowed-advice = Nothing was changed. If this is your task, ask the appraisal office of your level to give you the duty.
app-error-log-in-first = Please log in first
app-error-bad-request = What arrived could not be understood
app-error-bad-request-advice = Nothing was changed. Go back and fill the page in again.
app-error-too-large = This is too large
app-error-too-large-advice = The limit is { $limit }. Nothing was saved. Make it smaller and upload it again.
app-error-conflict = Somebody else has just changed the same thing
app-error-conflict-advice = Your change was not saved. Look at the newest version, then decide whether to change it again.
app-error-failure = Something went wrong on our side
app-error-failure-advice = What you just did was not saved; everything saved before is still there. Try again later. If it fails again, tell the administrator the number { $number }.
app-error-unavailable = The system cannot do this right now
app-error-unavailable-advice = What you just did was not saved. Try again in a few minutes.
app-error-form-expired = This page has expired
app-error-form-expired-advice = For safety, reload the page and submit once more. Nothing was changed.
app-error-rate = Too many attempts
app-error-rate-advice = Try again after { $time }.
app-label = { $label }:{ " " }
