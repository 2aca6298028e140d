"""Minutes: drafted from what happened, edited section by section, signed, published, then only added to.

Words: a *section* is one part of the minutes; its *facts* come from the records of the meeting and are never typed;
its *text* is what the recorder wrote. Each change makes a new *version*; a *signature* belongs to one version.
"""
