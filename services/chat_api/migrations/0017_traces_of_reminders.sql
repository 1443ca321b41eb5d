-- A reminder that fires is linked to the call that set it (W3C traceparent; NULL without one).
ALTER TABLE reminders ADD COLUMN traceparent text;
