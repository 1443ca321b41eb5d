"""The rules of the log: what an entry is, how entries are chained and verified, whose a stream is."""
