-- The day that the rule set for the newest occurrence, wherever it was moved to, and how many occurrences had been made
-- when the series got its present rule.
ALTER TABLE series ADD COLUMN reached date;
ALTER TABLE series ADD COLUMN made_before_rule integer NOT NULL DEFAULT 0;

-- When the successor was due as it was made.
ALTER TABLE occurrences ADD COLUMN due_date date;
ALTER TABLE occurrences ADD COLUMN due_time time;
ALTER TABLE occurrences ADD COLUMN due_zone text;
