rulebook-mistake-syntax = 不是有效的 TOML：{ $message }
rulebook-mistake-syntax-do = 请改正这一行；文字要放在双引号里。
rulebook-mistake-unknown-key = 这里没有“{ $key }”这个键
rulebook-mistake-unknown-key-do = 请删除或改正拼写。这里可用：{ $known }。
rulebook-mistake-missing-key = 缺少“{ $key }”
rulebook-mistake-missing-key-do = 请在这里补上 { $key }；它没有默认值。
rulebook-mistake-wrong-type = “{ $key }”现在是 { $found }，应为 { $expected }
rulebook-mistake-wrong-type-do = 请写成 { $expected }。
rulebook-mistake-unknown-format = 这个版本不认识格式 { $found }
rulebook-mistake-unknown-format-do = 请写 format = 1，或使用更新的版本。
rulebook-mistake-bad-id = “{ $id }”不能作编号
rulebook-mistake-bad-id-do = 用 1 至 40 个字母、数字、点、下划线或横线，以字母或数字开头；群体的编号只用小写字母、数字和横线，以字母开头。
rulebook-mistake-duplicate-id = 编号“{ $id }”在第 { $first_line } 行已经用过（{ $kind }）
rulebook-mistake-duplicate-id-do = 请换一个编号。
rulebook-mistake-reserved-id = 编号“{ $id }”是计数文件的保留行名
rulebook-mistake-reserved-id-do = 请换一个编号。
rulebook-mistake-missing-name = 缺少 { $language } 名称，或名称为空
rulebook-mistake-missing-name-do = 请写成 name = 加上各语言的名称，zh-Hans 必填。
rulebook-mistake-bad-number = { $key } = { $text } 无法识别：{ $why }
rulebook-mistake-bad-number-do = 请写整数、小数（如 0.85）或分数（如 "2/3"）。
rulebook-mistake-out-of-range = { $key } = { $value } 超出 { $low } 至 { $high }
rulebook-mistake-out-of-range-do = 请取 { $low } 至 { $high } 之间的值。
rulebook-mistake-not-positive = { $key } = { $value }，应当大于 0
rulebook-mistake-not-positive-do = 请写大于 0 的值，或删去它所属的内容。
rulebook-mistake-minimum-zero = { $key } = 0 会打开空票箱，或给无人评价的单位排名
rulebook-mistake-minimum-zero-do = 至少写 1。
rulebook-mistake-unknown-choice = { $key } 不能取 { $value }
rulebook-mistake-unknown-choice-do = 请从中选一个：{ $choices }。
rulebook-mistake-unknown-reference = 没有编号为“{ $id }”的 { $kind }
rulebook-mistake-unknown-reference-do = 请改正编号，或补上这个 { $kind }。现有：{ $known }。
rulebook-mistake-empty-list = 方案里没有 { $key }
rulebook-mistake-empty-list-do = 至少写一个 [[{ $key }]]。
rulebook-mistake-too-few-grades = 有分值的等次至少两个，现有 { $count } 个
rulebook-mistake-too-few-grades-do = 请补上其他等次，好的在前。
rulebook-mistake-group-without-weight = 群体“{ $id }”没有权重
rulebook-mistake-group-without-weight-do = 请写 weight；权重相等也要写明，以备查问。
rulebook-mistake-weights-not-one = { $kind } 的权重合计为 { $sum }，不是 1
rulebook-mistake-weights-not-one-do = 请改正；三分之一写作 "1/3"。
rulebook-mistake-grade-without-value = 等次“{ $id }”没有分值
rulebook-mistake-grade-without-value-do = 请写 value；“不了解”用 dont-know = true 标明。
rulebook-mistake-grades-not-descending = 等次“{ $id }”为 { $value }，不低于前一等次的 { $before }
rulebook-mistake-grades-not-descending-do = 请从好到差排列等次。
rulebook-mistake-dont-know-mismatch = survey.dont-know 为 { $rule }，但标明 dont-know = true 的等次有 { $count } 个
rulebook-mistake-dont-know-mismatch-do = 请只标一个等次，或写 dont-know = "absent" 且不标。
rulebook-mistake-item-weight-mismatch = survey.item-mean 为 { $rule }，但有权重的评议内容有 { $count } 项
rulebook-mistake-item-weight-mismatch-do = item-mean = "weighted" 时每项都写权重，"plain" 时都不写。
rulebook-mistake-survey-components = kind = "survey" 的计分项应恰有一个，现有 { $count } 个
rulebook-mistake-survey-components-do = 请只留一个 kind = "survey"。
rulebook-mistake-points-not-adding = “{ $parent }”各部分合计 { $sum } 分，不是 { $points } 分
rulebook-mistake-points-not-adding-do = 请改正分值；系统不会悄悄折算。
rulebook-mistake-bad-parent = “{ $id }”不能归入“{ $parent }”
rulebook-mistake-bad-parent-do = 上级应是前面写过的 kind = "sum" 计分项。
rulebook-mistake-sum-without-parts = 合计项“{ $id }”没有组成部分
rulebook-mistake-sum-without-parts-do = 请加上 parent = "{ $id }" 的计分项，或换一种 kind。
rulebook-mistake-key-of-other-kind = kind = "{ $kind }" 不能写 { $key }
rulebook-mistake-key-of-other-kind-do = 删去它，或改用有这个键的 kind。
rulebook-mistake-empty-range = 最低 { $minimum } 与最高 { $maximum } 之间没有分值
rulebook-mistake-empty-range-do = 最高必须大于最低。
rulebook-mistake-step-misses = 从 { $minimum } 起每档 { $step }，到不了 { $maximum }
rulebook-mistake-step-misses-do = 请选能整除范围的档距，使满分可以给出。
rulebook-mistake-score-items-not-adding = “{ $component }”各评分点合计 { $sum }，不是 { $maximum }
rulebook-mistake-score-items-not-adding-do = 请改正评分点或计分项的最低、最高分。
rulebook-mistake-band-rule-count = 档次“{ $id }”有 { $count } 条规则
rulebook-mistake-band-rule-count-do = 写 range、best 或 last 之一，或 veto-only = true；best、last 可以再加 range。
rulebook-mistake-bad-range = “{ $text }”不是一个范围
rulebook-mistake-bad-range-do = 请写成 "[75, 85)"：方括号含端点，圆括号不含。
rulebook-mistake-bad-places = “{ $text }”不是名额数
rulebook-mistake-bad-places-do = 请写不小于 1 的整数，或不超过 100% 的比例，如 "30%"。
rulebook-mistake-band-hole = { $hole } 的总分没有档次
rulebook-mistake-band-hole-do = 请扩展相邻的范围；单独一个数值也算空缺。
rulebook-mistake-band-overlap = 档次“{ $first }”和“{ $second }”都含 { $overlap }
rulebook-mistake-band-overlap-do = 请从其中一个去掉重叠的端点或分数。
rulebook-mistake-veto-band = 一票否决的档次“{ $id }”是按名次评优的档次
rulebook-mistake-veto-band-do = 违规应归入不合格的档次。
rulebook-mistake-appraises-twice = 评议机关层级 { $level } 写了两次
rulebook-mistake-appraises-twice-do = 请合并这两条。
rulebook-mistake-too-many-grades = 等次共 { $count } 个，超过 { $most } 个
rulebook-mistake-too-many-grades-do = 请加大步长，或减少数字。
rulebook-mistake-top-mismatch = survey.measure 为 { $rule }，但有 { $count } 个等次标了 top = true
rulebook-mistake-top-mismatch-do = measure = "top-share" 时至少标一个、不能全标；否则一个也不标。
rulebook-mistake-item-grade-missing = 评议内容 { $item } 自定了分值，却缺等次 { $grade } 的分值
rulebook-mistake-item-grade-missing-do = 请在 values 中补上 { $grade }。
rulebook-mistake-invalid-needs-one-item = dont-know = "invalid"，但评议内容有 { $count } 项：密封计数看不出哪些回答在同一张票上
rulebook-mistake-invalid-needs-one-item-do = 只设一项评议内容，或改为 excluded、in-base。
rulebook-mistake-blank-deduction-mismatch = survey.blank 为 { $rule }，与 blank-deduction 不相符
rulebook-mistake-blank-deduction-mismatch-do = blank = "deduct" 与 blank-deduction 要一起写，或都不写。
rulebook-mistake-figure-unused = 没有构成用到数据 { $id }
rulebook-mistake-figure-unused-do = 删去它，或在构成中使用，或写 shown-only = true。
rulebook-mistake-gate-never-opens = 加分 { $id } 到 { $bound } 才开，但其他部分最多 { $highest }
rulebook-mistake-gate-never-opens-do = 请降低界限。
rulebook-mistake-veto-never-falls = 否决 { $id } 在低于 { $bound } 时生效，但该构成从不低于 { $lowest }
rulebook-mistake-veto-never-falls-do = 请提高界限，或删去这一否决。
rulebook-mistake-band-unreachable = 没有总分落入档次 { $id }：总分只在 { $lowest } 至 { $highest } 之间
rulebook-mistake-band-unreachable-do = 请核对等次分值和分数段；软件从不暗中折算。
rulebook-mistake-places-mismatch = { $id } 的名次分没有从满分 { $points } 依次降到 beyond
rulebook-mistake-places-mismatch-do = 第一名等于构成的满分；后面的不多于前面的。
rulebook-mistake-coefficient-steps = 数据 { $id } 的系数分档没有从 { $minimum } 起依次递增
rulebook-mistake-coefficient-steps-do = 从数据的下限写起，再写更大的数；系数不能为负。
rulebook-mistake-cannot-enforce = { $id } 无法强制：密封的票不能逐张检查，拒收还会压制真实的不满
rulebook-mistake-cannot-enforce-do = 删去 enforced；作答页面只作提醒。
rulebook-mistake-unit-in-two-classes = 单位 { $unit } 已在类别 { $first } 中
rulebook-mistake-unit-in-two-classes-do = 只留在一个类别里。
