# 会议记录里的规则问题、裁定和记的话
minutes-section-floor = 规则问题和裁定
minutes-order = 议事规则
minutes-order-accepted = 版本{ $version }，{ $n }人进场时接受
minutes-floor-note = { $item }：{ $text }
minutes-floor-struck = { $item }：{ $text }（这一条后来划掉了，原因：{ $reason }）
minutes-floor-own = { $item }：主持人裁定：{ $ruling }
minutes-floor-upheld = { $item }：{ $who }提规则问题：“{ $text }”。主持人裁定成立：{ $ruling }
minutes-floor-not-upheld = { $item }：{ $who }提规则问题：“{ $text }”。主持人裁定不成立：{ $ruling }
minutes-floor-waits = { $item }：{ $who }提规则问题：“{ $text }”。散会前没有裁定。
minutes-sitting-in = 列席
minutes-handed-in-floor = { $who }没有用手机，由{ $by }在服务台替本人排队发言
minutes-handed-in-topic = { $who }的题目“{ $text }”由{ $by }在服务台代交
minutes-handed-in-point = { $who }带回的要点“{ $text }”由{ $by }在服务台代交
