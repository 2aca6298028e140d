# 议事：理事会到会
meetings-council = 理事会到会
meetings-council-back = 有人回避
meetings-council-text = 常任理事按席位数算，空缺也算应到；回避的不算。
meetings-council-see = 看名册
meetings-council-out = 回避：{ $names }
meetings-council-chair-out = 主持人回避，请换人主持
meetings-refused-chair-stepped-back = 主持人回避下一件事，请先把主持交给别人。
meetings-refused-chair-is-out = 主持人回避这件事，请先把主持交给别人，再开始表决。
