finding-state-open = 归并中
finding-state-fed-back = 已反馈单位
finding-state-dissolved = 已撤销
