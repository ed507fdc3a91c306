### Made from zh-Hans by locales/tools/zh-hant.mjs. Do not edit.

uncertainty-title = 名次有多大把握
uncertainty-lead = 只問了一部分人，結果就有誤差。下面畫出每個單位可能的名次：橫條越長，越說不準。所有單位的說法合在一起，一百次調查中有九十五次全部成立。
uncertainty-chart = 粗塊是公佈的名次，橫條是可能的名次，從第 1 名到第 { $count } 名
uncertainty-place = 這個單位的名次在第 { $best } 名到第 { $worst } 名之間，調查分不出其中的先後。
uncertainty-place-sure = 這個單位是第 { $best } 名，調查分得清楚。
uncertainty-total = 總分的把握範圍是 { $low } 到 { $high } 分（百分之九十五）。
uncertainty-range = { $best }–{ $worst }
uncertainty-tiers = 按能不能分出先後，共分 { $count } 檔。每一檔從第一個能與上一檔頭名分出先後的單位開始。
uncertainty-tier = 檔
uncertainty-interval = 總分範圍
uncertainty-places = 可能的名次
uncertainty-response = 回收率 { $share }。
uncertainty-response-low = 回答的人不到一半。沒有回答的人如果看法不同，上面的範圍就不夠寬。
uncertainty-how = 怎樣算出來的
uncertainty-how-who = 範圍說的是領到邀請碼的人。假定沒有回答的人與回答的人看法相近；每個群體單獨計算，人全部答了就沒有誤差。
uncertainty-how-items = 票箱只給出每項內容的合計，不說誰同時答了什麼。因此按最壞的情況把各項誤差相加：範圍只會偏寬，不會偏窄。回答少的時候再放寬一些。
uncertainty-how-places = 一個單位的名次，好不過「一定比它好的單位數加一」，差不過「單位總數減去一定比它差的單位數」（Mogstad、Romano、Shaikh、Wilhelm，2024）。單位頁上的範圍只對這一個單位有百分之九十五的把握，這裡的對所有單位一起有。
uncertainty-drawn = 各單位問的是不同的人，因此按最大差距抽樣 2000 次定出界限；種子固定，誰算都一樣。
uncertainty-any-dependence = 有的群體用一張表評所有單位，各單位的誤差互相牽連，或者單位很多。因此界限取在任何牽連下都成立的值，偏寬不偏窄。
uncertainty-how-inspection = 檢查評議的分數不是抽樣得來的，沒有抽樣誤差，照原樣計入。
uncertainty-how-not-result = 這些範圍不改變得分和名次，也不在全部材料裡。
