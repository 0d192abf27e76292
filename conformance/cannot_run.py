"""When a scenario cannot be played at all, which is neither a pass nor a failure of the system under test."""


class CannotRunError(Exception):
    """The system under test cannot be brought to where the scenario begins; says what it answered."""
