"""The result folder and its report: everything a study found, for readers and for programs."""

from kapitza.report.folder import save

__all__ = ["save"]
