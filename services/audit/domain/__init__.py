"""The rules of the log: what an entry is, how entries are chained and verified, who owns a stream."""
