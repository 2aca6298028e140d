# Motions, joined topics and the action plan in the minutes
minutes-section-motions = Motions
minutes-motion-moved = { $who } of group { $group } moved: { $text } (not put to the vote)
minutes-motion-put = { $who } of group { $group } moved: { $text } (put to the vote)
minutes-motion-dropped = { $who } of group { $group } moved: { $text } (taken back)
minutes-merge-agreed = All authors agreed: “{ $topic }” joined “{ $into }”
minutes-merge-declined = The authors did not all agree, so these were not joined: “{ $topic }” and “{ $into }”
minutes-merge-asked = Not answered before the close, so these were not joined: “{ $topic }” and “{ $into }”
minutes-merge-lapsed = One went elsewhere, so these were not joined: “{ $topic }” and “{ $into }”
minutes-plan = { $text } ({ $who }, by { $due }; done when there is: { $proof })
minutes-plan-kept = { $text } ({ $who }, done; proof: { $proof })
