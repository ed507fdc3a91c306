### Made from zh-Hans by locales/tools/zh-hant.mjs. Do not edit.

document-file = 文件
document-empty = 文件「{ $name }」是空的
document-kind-unknown = 文件「{ $name }」不是 CSV 或 XLSX；請另存為其中一種後再上傳
document-too-many-rows = 文件「{ $name }」有 { $rows } 行，最多 { $limit } 行
document-too-many-columns = 文件「{ $name }」太寬，最多 { $limit } 列
document-file-too-large = 文件「{ $name }」太大，最多 { $limit } MB
document-encoding-unknown = 文件「{ $name }」第 { $row } 行不是 UTF-8 也不是 GB18030 編碼；請用「CSV UTF-8」格式另存
document-csv-broken = 文件「{ $name }」第 { $row } 行的引號沒有配對
document-workbook-broken = 文件「{ $name }」打不開，可能已損壞或設有密碼；請用表格軟體打開後另存為 XLSX
document-header-missing = 表頭缺少「{ $columns }」這幾列；第一個有內容的行應當是表頭
document-header-duplicate = 表頭裡「{ $column }」出現了兩次（{ $first } 和 { $second }）
document-sheet-missing = 文件「{ $name }」裡沒有工作表
document-kept = 文件沒有保存，現有數據沒有任何改動。
document-prepared-on = 匯出於 { $date }
