### Made from zh-Hans by locales/tools/zh-hant.mjs. Do not edit.

ranking-title = 排名和得分
ranking-lead = { $count } 個單位參加排名，{ $time }由辦公室和統計局簽字公佈。
ranking-scale = 滿分 { $scale } 分。按評議方案，總分可能在 { $lowest } 到 { $highest } 之間；沒有作過換算，不要與別的評議方案比較。
ranking-csv = 下載表格（CSV）
ranking-composition = 得分由哪幾部分組成（整條為 { $scale } 分）
ranking-table = 排名表
ranking-place = 名次
ranking-total = 總分
ranking-exact = 準確值
ranking-note = 說明
ranking-tied = 並列
ranking-tied-words = 準確總分相同的單位並列。
ranking-base = 測評表（份）
ranking-base-words = 滿意度得分根據 { $count } 份封存的測評表算出；每個單位的份數見表中最後一列。
ranking-none = 沒有單位參加排名
ranking-none-advice = 原因見下面「未參加排名」。
ranking-vetoed = 因查實問題不參加排名
ranking-vetoed-words = 違反禁令並經查實的單位，不論得分多少都歸入規定的檔次。
ranking-would-have = 原應名次
ranking-unranked = 未參加排名
ranking-unranked-none = 所有單位都參加了排名。
ranking-unranked-words = 下列單位沒有總分，原因如下。
ranking-settings = 全部計分設定
ranking-settings-words = 方案原文寫明的，註明條款；原文沒有寫的，註明是評議方案選定還是軟體默認。
