# The council's quorums in the minutes
minutes-council = Council present
minutes-council-matter = Council for { $number }, without those who stepped back
