### Made from zh-Hans by locales/tools/zh-hant.mjs. Do not edit.

trace-clauses = 條款 { $clauses }
trace-no-value = 無
trace-item = { $group } · { $item }
trace-item-how = { $scale } ×（{ $products }）÷（{ $base } × { $full }）；{ $ballots } 份，空著 { $blank } 份
trace-item-left-out = { $ballots } 份中沒有可計的回答；略去該項
trace-item-none = { $ballots } 份中沒有可計的回答
trace-group = { $group }得分
trace-group-plain = { $items } 項的簡單平均，{ $ballots } 份
trace-group-weighted = { $items } 項按權重平均，{ $ballots } 份
trace-sample = 只收到 { $ballots } 份，少於規定的 { $minimum } 份；票箱沒有打開或不計分
trace-sample-left-out = 只收到 { $ballots } 份，少於規定的 { $minimum } 份；略去該群體
trace-survey = 滿意度得分
trace-survey-reweighted = { $shares }（略去的群體由其餘分擔）
trace-survey-part = 滿意度得分 ÷ { $scale } × { $points }
trace-entered = { $entered } ÷ { $maximum } × { $points }
trace-entered-missing = 沒有打分，按最低 { $entered } 分計
trace-component-missing = 沒有打分
trace-part-sum = 各部分之和，滿分 { $points } 分
trace-total = 總分
trace-total-how = 各計分項之和，可能在 { $lowest } 到 { $highest } 之間
trace-veto = 查實違反禁令
trace-veto-how = { $veto }：不論得分，歸入「{ $band }」
trace-unranked-sample = { $group }只收到 { $ballots } 份，少於規定的 { $minimum } 份
trace-unranked-item = { $group }沒有人回答「{ $item }」
trace-unranked-no-survey = 沒有可計的回答
trace-unranked-component = 缺少「{ $component }」的得分
