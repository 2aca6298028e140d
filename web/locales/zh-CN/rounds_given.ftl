# 候选人名单先定好的表决
rounds-given = 候选人
rounds-given-hint = 名单在会前公布，这里不能改。每人选一位，过半数才当选。
rounds-given-one = 只有一位候选人，就表决赞成不赞成。
rounds-refused-no-candidates = 没有人参选，今天不能投票。请跳过这一步，回到推荐和报名。
rounds-given-fixed = 选项
rounds-given-fixed-hint = 选项由议程模板定好，这里不能改。每人选一项。
