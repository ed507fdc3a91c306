### Made from zh-Hans by locales/tools/zh-hant.mjs. Do not edit.

unit-page-counts = 滿意度調查：各選了多少
unit-page-counts-words = 下面是打開的票箱裡的總數，每個數都能用票箱文件重新算出來。
unit-page-group = 收到 { $ballots } 份，發出邀請碼 { $codes } 個；得分 { $score }。
unit-page-box = 下載票箱
unit-page-blank = 空著
unit-page-base = 計入
unit-page-shares = 各項評議內容：每種等次佔多少，右邊是得分
unit-page-score = 得分
unit-page-points = 檢查評議：分數和理由
unit-page-no-points = 檢查組沒有給這個單位打分。
unit-page-votes = 檢查組集體表決：{ $for } 票贊成，{ $against } 票反對；組長簽字。
unit-page-trace = 每一步怎樣算
unit-page-trace-words = 從每項的計數到總分，一步一行。等號後面是準確值；顯示的數只在最後取捨。
unit-page-full = 滿分 { $points } 分
unit-page-among = 共 { $count } 個單位
