phase-mobilisation = 部署动员
phase-opinions = 征求意见与自查自纠
phase-rectification = 反馈意见与整改建制
phase-tally = 检查评议与集中统分
