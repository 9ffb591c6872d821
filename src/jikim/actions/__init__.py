"""One function per promised verb: one transaction on one database, with its journal entry inside it."""
