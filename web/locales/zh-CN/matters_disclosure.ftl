# 事项的公开和监督，记在经过里
matters-event-disclosed = 在公开栏公示
matters-event-disclosure-corrected = 公示的内容作了更正
matters-event-disclosure-said-question = 有居民问公示的内容
matters-event-disclosure-said-objection = 有居民对公示提出异议
matters-event-disclosure-said-sound = 监督评议：真实、完整
matters-event-disclosure-said-lacking = 监督评议：需要补充
matters-event-disclosure-said-wrong = 监督评议：与事实不符
matters-event-disclosure-answered-question = 居民的提问已答复
matters-event-disclosure-answered-objection = 居民的异议已答复
matters-event-disclosure-answered-appraisal = 监督评议已答复
matters-of-council = 只看{ $council }管的事。
matters-to-council = 回到议事会
