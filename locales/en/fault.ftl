fault-nothing-changed = Nothing was changed; everything saved before is still there.
fault-not-found-advice = The address may be wrong, or the content has moved. Check the address, or start from the home page.
fault-not-published = The result is not published yet
fault-not-published-advice = The result appears here after the survey, the inspection and the joint tally are done and both bodies have signed. Until then nobody can see a score.
fault-not-published-expected = By the calendar the appraisal ends on { $date }; the result follows after that. Until then nobody can see a score, the organiser included.
fault-bad-request-advice = Go back and fill in the form again, or start from the home page.
fault-log-in-advice = This page is for staff. Log in, then open it again.
fault-not-allowed-advice = This is not among your duties. If you need it, ask the appraisal office of your level to give you the duty.
fault-cross-site = This was sent from another website
fault-cross-site-advice = For your safety it was not accepted. Open the page on this website and send it from here.
fault-method = This address cannot be opened this way
fault-method-advice = Start from the home page and use the buttons on the pages.
fault-too-large-advice = The limit is { $limit }. Make it smaller and send it again.
fault-failure-advice = Try again in a few minutes. If it still fails, tell the administrator the number { $number }.
fault-input-advice = Correct what is named and send it again.
fault-rejection-advice = Go back to the page before and follow what it says.
fault-wrong-password = The log-in name or the password is wrong
fault-wrong-password-advice = Check capital letters and the keyboard, then type it again. If you forgot the password, ask the administrator.
fault-rate-advice = For safety, wait { $minutes ->
    [one] { $minutes } minute
   *[other] { $minutes } minutes
} before you try again.
fault-mistakes = Some things need to be corrected
fault-go-home = Go to the home page
fault-rulebook-line = Line { $line }, column { $column }
fault-appraisal-home = Go to this appraisal’s home page
fault-rulebook-mistake = { $place }: { $what }. { $advice }
