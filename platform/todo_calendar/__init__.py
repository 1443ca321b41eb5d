"""What all services agree on about calendars: recurrence rules, local times, time zones, and the supported dates.

Pure, with the standard library alone: no clock, and no file but the time zone database. Whatever it refuses is a
CalendarError; `todo_runtime.errors.invalid_at` makes InvalidArgument of it.
"""
