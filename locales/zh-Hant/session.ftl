### Made from zh-Hans by locales/tools/zh-hant.mjs. Do not edit.

session-log-in = 登入
session-log-out = 退出登入
session-title = 登入工作臺
session-login = 登入名
session-password = 密碼
session-advice = 工作人員在這裡登入。群眾參加測評不用登入。
session-wrong = 登入名或密碼不對。請核對後再試。
session-too-many = 試錯次數太多。請等 { $seconds } 秒後再試。
session-practice-accounts = 練習帳號
session-practice-advice = 練習環境裡所有帳號的密碼都是 { $password }。點一個帳號即可填好。
session-practice-fill = 填入
session-account = 帳號
session-change-password = 修改密碼
session-old-password = 現在的密碼
session-new-password = 新密碼
session-new-password-again = 再輸一次新密碼
session-passwords-differ = 兩次輸入的新密碼不一樣，密碼沒有修改。
session-password-wrong = 密碼不對，沒有簽署，也沒有任何改動。
