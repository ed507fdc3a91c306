session-log-in = Log in
session-log-out = Log out
session-title = Log in to the workplace
session-login = Log-in name
session-password = Password
session-advice = Staff log in here. Nobody needs to log in to answer the survey.
session-wrong = The log-in name or the password is wrong. Check both and try again.
session-too-many = Too many attempts. Wait { $seconds ->
        [one] { $seconds } second
       *[other] { $seconds } seconds
    } and try again.
session-practice-accounts = Practice accounts
session-practice-advice = In practice mode every account has the password { $password }. Choose an account and it is filled in.
session-practice-fill = Fill in
session-account = Account
session-change-password = Change password
session-old-password = Current password
session-new-password = New password
session-new-password-again = New password again
session-passwords-differ = The two new passwords differ; the password was not changed.
session-password-wrong = The password is wrong. Nothing was signed or changed.
