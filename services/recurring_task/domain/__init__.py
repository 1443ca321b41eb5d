"""The rules of repetition: local times, recurrence rules, what comes next. Pure."""
