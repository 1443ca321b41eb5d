-- An attempt to send continues the trace of what it tells of (W3C traceparent; NULL without one).
ALTER TABLE deliveries ADD COLUMN traceparent text;
