### Made from zh-Hans by locales/tools/zh-hant.mjs. Do not edit.

tally-title = 封閉統分
tally-not-yet = 還沒有到開箱的時候
tally-not-yet-advice = 測評截止後，密鑰保管方在這裡一起開箱。此前任何人都看不到答案。
tally-holders = 密鑰保管方
tally-share-in = 份額已存入並驗證
tally-share-awaited = 等待
tally-boxes = 票箱
tally-counted = 計入測評票
tally-to-open = 待開
tally-opened = 已開箱
tally-stays-shut = 不開：{ $counted } 份，少於最少 { $minimum } 份，避免辨認出個人
tally-sealed = 密封
tally-opened-intro = 票箱已打開。等次結果由綜合組起草排名後核對，公佈時公開。
tally-summary = 共 { $total } 個票箱，可開 { $open } 個，保持密封 { $shut } 個。
tally-give = 用密鑰開箱
tally-give-advice = 計算在這臺電腦上進行，密鑰不會上傳。
tally-needed = { $threshold } 方交來份額後票箱打開，還差 { $missing } 方。
tally-not-needed = 不需要
tally-give-button = 計算並提交份額
tally-give-seat = 您代表{ $seat }。
tally-given = 您的份額已經存入。
tally-working = 正在計算
tally-progress = 已完成 { $done } / { $total } 個票箱
tally-below-minimum = 票箱 { $box } 的份數少於最少 { $minimum } 份，按規定不開。沒有提交任何份額。
tally-head = 鏈頭
