### Made from zh-Hans by locales/tools/zh-hant.mjs. Do not edit.

rulebook-mistake-syntax = 不是有效的 TOML：{ $message }
rulebook-mistake-syntax-do = 請改正這一行；文字要放在雙引號裡。
rulebook-mistake-unknown-key = 這裡沒有「{ $key }」這個鍵
rulebook-mistake-unknown-key-do = 請刪除或改正拼寫。這裡可用：{ $known }。
rulebook-mistake-missing-key = 缺少「{ $key }」
rulebook-mistake-missing-key-do = 請在這裡補上 { $key }；它沒有默認值。
rulebook-mistake-wrong-type = 「{ $key }」現在是 { $found }，應為 { $expected }
rulebook-mistake-wrong-type-do = 請寫成 { $expected }。
rulebook-mistake-unknown-format = 這個版本不認識格式 { $found }
rulebook-mistake-unknown-format-do = 請寫 format = 1，或使用更新的版本。
rulebook-mistake-bad-id = 「{ $id }」不能作編號
rulebook-mistake-bad-id-do = 用 1 至 40 個字母、數字、點、下劃線或橫線，以字母或數字開頭；群體的編號只用小寫字母、數字和橫線，以字母開頭。
rulebook-mistake-duplicate-id = 編號「{ $id }」在第 { $first_line } 行已經用過（{ $kind }）
rulebook-mistake-duplicate-id-do = 請換一個編號。
rulebook-mistake-reserved-id = 編號「{ $id }」是計數文件的保留行名
rulebook-mistake-reserved-id-do = 請換一個編號。
rulebook-mistake-missing-name = 缺少 { $language } 名稱，或名稱為空
rulebook-mistake-missing-name-do = 請寫成 name = 加上各語言的名稱，zh-Hans 必填。
rulebook-mistake-bad-number = { $key } = { $text } 無法識別：{ $why }
rulebook-mistake-bad-number-do = 請寫整數、小數（如 0.85）或分數（如 "2/3"）。
rulebook-mistake-out-of-range = { $key } = { $value } 超出 { $low } 至 { $high }
rulebook-mistake-out-of-range-do = 請取 { $low } 至 { $high } 之間的值。
rulebook-mistake-not-positive = { $key } = { $value }，應當大於 0
rulebook-mistake-not-positive-do = 請寫大於 0 的值，或刪去它所屬的內容。
rulebook-mistake-minimum-zero = { $key } = 0 會打開空票箱，或給無人評價的單位排名
rulebook-mistake-minimum-zero-do = 至少寫 1。
rulebook-mistake-unknown-choice = { $key } 不能取 { $value }
rulebook-mistake-unknown-choice-do = 請從中選一個：{ $choices }。
rulebook-mistake-unknown-reference = 沒有編號為「{ $id }」的 { $kind }
rulebook-mistake-unknown-reference-do = 請改正編號，或補上這個 { $kind }。現有：{ $known }。
rulebook-mistake-empty-list = 方案裡沒有 { $key }
rulebook-mistake-empty-list-do = 至少寫一個 [[{ $key }]]。
rulebook-mistake-too-few-grades = 有分值的等次至少兩個，現有 { $count } 個
rulebook-mistake-too-few-grades-do = 請補上其他等次，好的在前。
rulebook-mistake-group-without-weight = 群體「{ $id }」沒有權重
rulebook-mistake-group-without-weight-do = 請寫 weight；權重相等也要寫明，以備查問。
rulebook-mistake-weights-not-one = { $kind } 的權重合計為 { $sum }，不是 1
rulebook-mistake-weights-not-one-do = 請改正；三分之一寫作 "1/3"。
rulebook-mistake-grade-without-value = 等次「{ $id }」沒有分值
rulebook-mistake-grade-without-value-do = 請寫 value；「不瞭解」用 dont-know = true 標明。
rulebook-mistake-grades-not-descending = 等次「{ $id }」為 { $value }，不低於前一等次的 { $before }
rulebook-mistake-grades-not-descending-do = 請從好到差排列等次。
rulebook-mistake-dont-know-mismatch = survey.dont-know 為 { $rule }，但標明 dont-know = true 的等次有 { $count } 個
rulebook-mistake-dont-know-mismatch-do = 請只標一個等次，或寫 dont-know = "absent" 且不標。
rulebook-mistake-item-weight-mismatch = survey.item-mean 為 { $rule }，但有權重的評議內容有 { $count } 項
rulebook-mistake-item-weight-mismatch-do = item-mean = "weighted" 時每項都寫權重，"plain" 時都不寫。
rulebook-mistake-survey-components = kind = "survey" 的計分項應恰有一個，現有 { $count } 個
rulebook-mistake-survey-components-do = 請只留一個 kind = "survey"。
rulebook-mistake-points-not-adding = 「{ $parent }」各部分合計 { $sum } 分，不是 { $points } 分
rulebook-mistake-points-not-adding-do = 請改正分值；系統不會悄悄折算。
rulebook-mistake-bad-parent = 「{ $id }」不能歸入「{ $parent }」
rulebook-mistake-bad-parent-do = 上級應是前面寫過的 kind = "sum" 計分項。
rulebook-mistake-sum-without-parts = 合計項「{ $id }」沒有組成部分
rulebook-mistake-sum-without-parts-do = 請加上 parent = "{ $id }" 的計分項，或換一種 kind。
rulebook-mistake-key-of-other-kind = kind = "{ $kind }" 不能寫 { $key }
rulebook-mistake-key-of-other-kind-do = 刪去它，或改用有這個鍵的 kind。
rulebook-mistake-empty-range = 最低 { $minimum } 與最高 { $maximum } 之間沒有分值
rulebook-mistake-empty-range-do = 最高必須大於最低。
rulebook-mistake-step-misses = 從 { $minimum } 起每檔 { $step }，到不了 { $maximum }
rulebook-mistake-step-misses-do = 請選能整除範圍的檔距，使滿分可以給出。
rulebook-mistake-score-items-not-adding = 「{ $component }」各評分點合計 { $sum }，不是 { $maximum }
rulebook-mistake-score-items-not-adding-do = 請改正評分點或計分項的最低、最高分。
rulebook-mistake-band-rule-count = 檔次「{ $id }」有 { $count } 條規則
rulebook-mistake-band-rule-count-do = 寫 range、best 或 last 之一，或 veto-only = true；best、last 可以再加 range。
rulebook-mistake-bad-range = 「{ $text }」不是一個範圍
rulebook-mistake-bad-range-do = 請寫成 "[75, 85)"：方括號含端點，圓括號不含。
rulebook-mistake-bad-places = 「{ $text }」不是名額數
rulebook-mistake-bad-places-do = 請寫不小於 1 的整數，或不超過 100% 的比例，如 "30%"。
rulebook-mistake-band-hole = { $hole } 的總分沒有檔次
rulebook-mistake-band-hole-do = 請擴展相鄰的範圍；單獨一個數值也算空缺。
rulebook-mistake-band-overlap = 檔次「{ $first }」和「{ $second }」都含 { $overlap }
rulebook-mistake-band-overlap-do = 請從其中一個去掉重疊的端點或分數。
rulebook-mistake-veto-band = 一票否決的檔次「{ $id }」是按名次評優的檔次
rulebook-mistake-veto-band-do = 違規應歸入不合格的檔次。
rulebook-mistake-appraises-twice = 評議機關層級 { $level } 寫了兩次
rulebook-mistake-appraises-twice-do = 請合併這兩條。
rulebook-mistake-too-many-grades = 等次共 { $count } 個，超過 { $most } 個
rulebook-mistake-too-many-grades-do = 請加大步長，或減少數字。
rulebook-mistake-top-mismatch = survey.measure 為 { $rule }，但有 { $count } 個等次標了 top = true
rulebook-mistake-top-mismatch-do = measure = "top-share" 時至少標一個、不能全標；否則一個也不標。
rulebook-mistake-item-grade-missing = 評議內容 { $item } 自定了分值，卻缺等次 { $grade } 的分值
rulebook-mistake-item-grade-missing-do = 請在 values 中補上 { $grade }。
rulebook-mistake-invalid-needs-one-item = dont-know = "invalid"，但評議內容有 { $count } 項：密封計數看不出哪些回答在同一張票上
rulebook-mistake-invalid-needs-one-item-do = 只設一項評議內容，或改為 excluded、in-base。
rulebook-mistake-blank-deduction-mismatch = survey.blank 為 { $rule }，與 blank-deduction 不相符
rulebook-mistake-blank-deduction-mismatch-do = blank = "deduct" 與 blank-deduction 要一起寫，或都不寫。
rulebook-mistake-figure-unused = 沒有構成用到數據 { $id }
rulebook-mistake-figure-unused-do = 刪去它，或在構成中使用，或寫 shown-only = true。
rulebook-mistake-gate-never-opens = 加分 { $id } 到 { $bound } 才開，但其他部分最多 { $highest }
rulebook-mistake-gate-never-opens-do = 請降低界限。
rulebook-mistake-veto-never-falls = 否決 { $id } 在低於 { $bound } 時生效，但該構成從不低於 { $lowest }
rulebook-mistake-veto-never-falls-do = 請提高界限，或刪去這一否決。
rulebook-mistake-band-unreachable = 沒有總分落入檔次 { $id }：總分只在 { $lowest } 至 { $highest } 之間
rulebook-mistake-band-unreachable-do = 請核對等次分值和分數段；軟體從不暗中折算。
rulebook-mistake-places-mismatch = { $id } 的名次分沒有從滿分 { $points } 依次降到 beyond
rulebook-mistake-places-mismatch-do = 第一名等於構成的滿分；後面的不多於前面的。
rulebook-mistake-coefficient-steps = 數據 { $id } 的係數分檔沒有從 { $minimum } 起依次遞增
rulebook-mistake-coefficient-steps-do = 從數據的下限寫起，再寫更大的數；係數不能為負。
rulebook-mistake-cannot-enforce = { $id } 無法強制：密封的票不能逐張檢查，拒收還會壓制真實的不滿
rulebook-mistake-cannot-enforce-do = 刪去 enforced；作答頁面只作提醒。
rulebook-mistake-unit-in-two-classes = 單位 { $unit } 已在類別 { $first } 中
rulebook-mistake-unit-in-two-classes-do = 只留在一個類別裡。
