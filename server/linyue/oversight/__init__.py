"""Disclosure and oversight: what is posted, what residents ask, object, rate and suggest, and the answers due.

Words: notice (公开事项), period (公示期), voice (question, objection, suggestion or appraisal), rating, correction.
Flow: post_notice -> raise_voice, rate, appraise -> answer_voice, or late and told above; all beside the matter.
"""
