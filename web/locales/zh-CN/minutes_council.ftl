# 会议纪要里的理事到会人数
minutes-council = 理事会到会
minutes-council-matter = 理事会到会，{ $number }回避后
