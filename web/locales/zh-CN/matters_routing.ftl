### 去哪里、交接、收回、归属变动。

matters-event-recalled = 街道收回，重新分流
matters-event-forwarded = 转给户籍街道的服务中心
matters-event-reassigned = 归属有变动
