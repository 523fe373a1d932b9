"""The command that a folder keeps: what was typed, without what would name a user or a machine."""

from pathlib import Path
from typing import Annotated

import pytest
import typer

from kapitza.cli.command_line import command_line


@pytest.fixture
def typed():
    """What `command_line` makes of the words of a command `tool cut`."""
    app = typer.Typer()
    kept = []

    @app.callback()
    def several() -> None:
        """More than one command."""

    @app.command()
    def cut(
        context: typer.Context,
        file: Path,
        output: Annotated[Path, typer.Option("--output", "-o")] = Path("out"),
        window: Annotated[list[str] | None, typer.Option()] = None,
        relax: Annotated[bool, typer.Option("--relax/--no-relax")] = True,
        number: Annotated[float, typer.Option()] = 1.5,
        force: Annotated[bool, typer.Option("--force")] = False,
    ) -> None:
        kept.append(command_line(context))

    def call(*words: str) -> str:
        app(["cut", *words], prog_name="tool", standalone_mode=False)
        return kept[-1]

    return call


def test_what_was_given_is_kept_and_defaults_are_left_out(typed):
    assert typed("a.xyz") == "tool cut a.xyz"
    assert typed("a.xyz", "-o", "b", "--window", "1-2", "--window", "3-4", "--no-relax", "--number", "2") == (
        "tool cut a.xyz --output b --window 1-2 --window 3-4 --no-relax --number 2.0"
    )


def test_what_changes_no_result_is_left_out(typed):
    assert typed("a.xyz", "--force") == "tool cut a.xyz"


def test_paths_outside_the_folder_are_left_without_their_folders(typed, tmp_path):
    assert typed("aln/a.xyz") == "tool cut aln/a.xyz"
    assert typed(str(tmp_path / "a.xyz")) == "tool cut a.xyz"
    assert typed("../someone/a.xyz", "-o", str(tmp_path)) == f"tool cut a.xyz --output {tmp_path.name}"


def test_words_with_spaces_are_quoted_as_a_shell_wants_them(typed):
    assert typed("my file.xyz") == "tool cut 'my file.xyz'"
