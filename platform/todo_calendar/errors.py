"""The error that the whole package raises."""


class CalendarError(ValueError):
    """An invalid rule, date, time or zone, with a text for people.

    `field` is the part at fault of a value that has parts, such as `time_zone`.
    """

    def __init__(self, text: str, field: str = "") -> None:
        super().__init__(text)
        self.field = field
