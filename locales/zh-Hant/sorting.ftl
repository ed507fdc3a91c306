### Made from zh-Hans by locales/tools/zh-hant.mjs. Do not edit.

sorting-event-gathered = 錄入{ $name }意見 { $count } 條
sorting-event-formed = 將 { $count } 條意見歸併為第 { $what } 號問題，單位 { $unit }
sorting-event-joined = 第 { $what } 號問題併入 { $count } 條意見
sorting-event-taken-out = 從第 { $what } 號問題拆出 { $count } 條意見
sorting-event-dissolved = 撤銷第 { $what } 號問題的歸併
sorting-event-reworded = 修改第 { $what } 號問題的表述
sorting-event-routed = 第 { $what } 號意見轉到單位 { $unit }
sorting-event-kept-apart = 確認第 { $what } 號與第 { $name } 號意見不是一回事
sorting-refused-unknown-opinion = 沒有第 { $opinion } 號意見。請核對編號。
sorting-refused-unknown-finding = 沒有第 { $finding } 號問題。請核對編號。
sorting-refused-unknown-unit = 單位 { $unit } 不在這次評議之內。請重新選擇。
sorting-refused-unknown-item = 評議方案裡沒有「{ $item }」這一項。請重新選擇。
sorting-refused-already-sorted = 第 { $opinion } 號意見已經歸入第 { $finding } 號問題，可能是另一位同事剛剛辦的。您這次沒有改動任何內容；請刷新後再看。
sorting-refused-not-in-finding = 第 { $opinion } 號意見不在第 { $finding } 號問題裡。請刷新後再看。
sorting-refused-other-unit = 第 { $opinion } 號意見說的是另一個單位，不能並在一起。請先轉辦。
sorting-refused-no-copy = 第 { $opinion } 號意見還沒有隱名件，看不到內容，不能歸併。請辦理人先寫隱名件。
sorting-refused-how-many = 一次可以選 1 到 { $most } 條。
sorting-refused-fixed = 這個問題現在是「{ $stands }」，不能再改。
sorting-refused-last-opinion = 問題裡至少要留一條意見。如要全部拆開，請用「撤銷歸併」。
sorting-refused-same-place = 第 { $opinion } 號意見本來就在這個單位和項目。
sorting-refused-one-opinion = 請選兩條不同的意見。
sorting-refused-has-ties = 您與這個單位有關係（在那裡任職，或者申報過利害關係），不能整理它的意見。請由其他同事辦理。
sorting-refused-wrong-channel = 這個途徑的意見不能成批錄入。
