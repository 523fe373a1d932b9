"""A study: several images, an interface, windows and a method in one file; reading it, running it, writing it."""

from typing import TYPE_CHECKING, Any

from kapitza.study.model import ImageEntry, Study, study_for_file
from kapitza.study.reading import read_study
from kapitza.study.writing import resolved_settings, to_toml

if TYPE_CHECKING:
    from kapitza.study.running import run

__all__ = ["ImageEntry", "Study", "read_study", "resolved_settings", "run", "study_for_file", "to_toml"]


def __getattr__(name: str) -> Any:
    # Reading a study file should not wait for the numerics to load.
    if name == "run":
        from kapitza.study.running import run

        return run
    raise AttributeError(f"module 'kapitza.study' has no attribute {name!r}")
