### Made from zh-Hans by locales/tools/zh-hant.mjs. Do not edit.

unit-noun = 被評單位
unit-plural = 被評單位
unit-tree = 單位樹
unit-id = 單位編號
unit-name = 單位名稱
unit-parent = 上級單位
unit-children = 下級單位
unit-level = 層級
unit-level-province = 省
unit-level-city = 設區市
unit-level-county = 縣（市、區）
unit-level-window = 窗口單位
unit-window = 窗口單位
unit-opened-on = 設立日期
unit-closed-on = 撤銷日期
unit-organiser = 評議機關
unit-count = { $count } 個單位

unit-import = 匯入單位
unit-import-advice = 支持 CSV（UTF-8 或 GB18030）和 XLSX。第一行是表頭：單位編號、單位名稱、層級、上級單位、設立日期。
unit-import-rows-read = 讀到 { $count } 行
unit-import-mistakes = 有 { $count } 處錯誤，全部改正後才能匯入；現有單位沒有任何改動。
unit-import-added = 新增 { $count } 個
unit-import-renamed = 更名 { $count } 個
unit-import-moved = 改屬 { $count } 個
unit-import-closed = 撤銷 { $count } 個
unit-import-unchanged = 不變 { $count } 個

unit-row-id-missing = 缺少單位編號
unit-row-id-bad = 單位編號「{ $value }」不符合格式：六位行政區劃代碼加後綴，例如 360100-LSB
unit-row-id-duplicate = 單位編號「{ $value }」與第 { $first_row } 行重複
unit-row-id-number = 單位編號「{ $value }」被表格軟體改成了數字；請把這一列設為文字格式後重新填寫
unit-row-name-missing = 缺少單位名稱
unit-row-name-too-long = 單位名稱有 { $count } 個字，最多 { $limit } 個字
unit-row-level-missing = 缺少層級
unit-row-level-unknown = 層級「{ $value }」無法識別；請填省、設區市、縣（市、區）或窗口單位
unit-row-parent-missing = 缺少上級單位；只有省級單位可以沒有上級
unit-row-parent-unknown = 表中沒有編號為「{ $value }」的上級單位
unit-row-parent-wrong-level = 上級單位「{ $value }」不是上一層級的單位
unit-row-parent-self = 上級單位不能是自己
unit-row-parent-superfluous = 省級單位沒有上級，請清空「{ $value }」
unit-row-date-missing = 缺少設立日期
unit-row-date-bad = 日期「{ $value }」無法識別；請寫成 2007-06-15 或 2007年6月15日
unit-row-name-not-one-line = 單位名稱裡有換行或其他看不見的字符；請改成一行
unit-row-merged = 儲存格 { $range } 合併在一起；請取消合併，每格各填各的
unit-row-formula-error = 儲存格的公式出錯（{ $value }）
