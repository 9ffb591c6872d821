"""The index: from a mailbox to the records of the person it belongs to, and from nowhere else.

Tags stand in sealed pages. An entry goes when its value's key is destroyed, in the same change of root: the page that
held it gets a new key, and the old one is cut with the value's. So no copy of an old page can be read afterwards.

Source: Privacy Policy, "Rights of the data subject" (all records of a person are found) and "Destruction method".
"""
