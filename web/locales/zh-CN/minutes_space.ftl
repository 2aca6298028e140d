# 会议纪要里的动议、话题合并、行动计划
minutes-section-motions = 动议
minutes-motion-moved = { $group }组{ $who }动议：{ $text }（没有付表决）
minutes-motion-put = { $group }组{ $who }动议：{ $text }（付表决）
minutes-motion-dropped = { $group }组{ $who }动议：{ $text }（本人收回）
minutes-merge-agreed = 提出人都同意：“{ $topic }”并入“{ $into }”
minutes-merge-declined = 提出人没有都同意，没有合并：“{ $topic }”和“{ $into }”
minutes-merge-asked = 散会前没有答复，没有合并：“{ $topic }”和“{ $into }”
minutes-merge-lapsed = 话题另有去处，没有合并：“{ $topic }”和“{ $into }”
minutes-plan = { $text }（{ $who }来办，{ $due }前，以“{ $proof }”为准）
minutes-plan-kept = { $text }（{ $who }已经办好，以“{ $proof }”为准）
