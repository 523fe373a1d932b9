"""The exceptions kapitza raises on purpose: each message says what was wanted, what was got and what to do."""


class KapitzaError(Exception):
    """Base of every error that kapitza raises on purpose; the message is a sentence for the user."""


class InputError(KapitzaError):
    """A file cannot be read, or holds no usable spectrum image."""


class AxisError(InputError):
    """The axes of a file do not say where the energy is, or in which units."""


class StudyError(KapitzaError):
    """A study or twin file asks for something that does not exist or does not fit."""


class MethodError(KapitzaError):
    """The data do not allow the asked-for analysis."""


class OutputError(KapitzaError):
    """The result cannot be written where it was asked for."""
