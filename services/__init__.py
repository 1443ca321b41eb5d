"""The five services of the platform: rooms of one shape that meet only through contracts."""
