### Made from zh-Hans by locales/tools/zh-hant.mjs. Do not edit.

home-title = 民主評議政風行風
home-heading = 請您來評，結果人人可以核對
home-lead = 群眾評議政府部門的作風和服務：怎樣評、評得怎樣、怎樣算出來的，都在這裡。
home-vote = 參加測評
home-vote-hint = 憑邀請碼，大約一分鐘，不用登入。
home-ranking = 看結果
home-ranking-hint = 排名、得分和每一步怎樣算。
home-about = 瞭解這次評議
home-about-hint = 評什麼、什麼時候、怎樣參加、怎樣計分。
home-check = 怎樣核對
home-check-hint = 任何人都能重新算出結果。
home-all = 全部評議
home-column-title = 名稱
home-column-year = 年度
home-column-period = 起止日期
home-year = { $year } 年
home-no-dates = 日期待定
home-empty = 還沒有評議
home-empty-advice = 評議建立以後會出現在這裡：評什麼、什麼時候、怎樣參加。工作人員請登入後新建。
home-foot-checkpoint = 存證日誌檢查點
home-foot-staff = 工作人員登入
home-foot-words = 每一步都記入公開的存證日誌，改動會被任何人發現。
