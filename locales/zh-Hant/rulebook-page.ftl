### Made from zh-Hans by locales/tools/zh-hant.mjs. Do not edit.

rulebook-page-hint = 評什麼、誰來評、怎樣計分，每條依據什麼。
rulebook-page-not-frozen = 評議還沒有啟動，這份方案還可能更換。啟動時凍結，以後不能再改。
rulebook-page-clauses = 編號是 2007 年工作方案的條款；寫「方案未作規定」的，是評議方案自己選定的。
rulebook-page-no-clause = 方案未作規定
rulebook-page-wording = 完整表述
rulebook-page-minimum = 最少份數
rulebook-page-components = 計分構成
rulebook-page-range = 總分最低 { $lowest } 分，最高 { $highest } 分。
rulebook-page-entered = 檢查組打分，{ $min } 至 { $max } 分，每 { $step } 分一檔
rulebook-page-vetoes = 違反即不合格的禁令
rulebook-page-consequences = 結果怎樣運用
rulebook-page-text = 方案原文和指紋
rulebook-page-text-words = 指紋是原文的 SHA-256。啟動時它就記入了存證日誌，也寫進每個票箱；下載原文重新計算，應當一字不差。
rulebook-page-show-text = 顯示原文
