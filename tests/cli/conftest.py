"""How the tests call the command line."""

from collections.abc import Callable
from typing import NamedTuple

import pytest

from kapitza.cli.commands import app
from kapitza.report import folder


class Outcome(NamedTuple):
    """What a command left: exit code, standard output, standard error."""

    code: int
    out: str
    err: str


@pytest.fixture
def kapitza(capsys: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """Run a command in this process, as `kapitza ARGUMENTS` would."""

    def call(*arguments: object) -> Outcome:
        capsys.readouterr()
        code = 0
        try:
            app([str(argument) for argument in arguments], prog_name="kapitza")
        except SystemExit as end:
            code = int(end.code or 0)
        return Outcome(code, *capsys.readouterr())

    return call


@pytest.fixture
def no_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Result folders without pictures, which take most of the time and are tested elsewhere."""
    monkeypatch.setattr(folder, "write_figures", lambda result, target: target.mkdir())
