"""audit: keeps every event for ever, append-only and hash-chained per stream."""
