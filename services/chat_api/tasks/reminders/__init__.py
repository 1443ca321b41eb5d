"""Reminders: their rules, their rows, and the scheduler that fires them."""
