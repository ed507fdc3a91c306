### Made from zh-Hans by locales/tools/zh-hant.mjs. Do not edit.

rulebook-noun = 評議方案
rulebook-scoring = 計分辦法
rulebook-item = 評議內容
rulebook-items = 評議內容
rulebook-grade = 等次
rulebook-grade-value = 等次分值
rulebook-grade-excellent = 優秀
rulebook-grade-satisfied = 滿意
rulebook-grade-fairly-satisfied = 基本滿意
rulebook-grade-dissatisfied = 不滿意
rulebook-grade-dont-know = 不瞭解
rulebook-group = 群體
rulebook-component = 計分項
rulebook-weight = 權重
rulebook-points = 分值
rulebook-band = 檔次
rulebook-tie-rule = 並列規則
rulebook-rounding = 取捨規則
rulebook-clause = 依據條款
rulebook-hash = 方案指紋
rulebook-frozen = 評議開始後方案即凍結，不能再改。
rulebook-frozen-at = 凍結於 { $time }
rulebook-line = 第 { $line } 行
