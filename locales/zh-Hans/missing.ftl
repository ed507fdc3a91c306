missing-rulebook = 评议方案
missing-calendar = 日程
missing-keys = 三方共同的钥匙
missing-rehearsal = 试开票箱
missing-codes = 邀请码清单
missing-shares = 足够的开箱份额
missing-majority = 全体组员的表决且赞成过半
missing-reasons = 退回理由
