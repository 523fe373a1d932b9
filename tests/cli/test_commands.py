"""The commands' surface: help, version, usage errors, and that help does not wait for the numerics."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import kapitza as package

REPOSITORY = Path(__file__).resolve().parents[2]


def test_version(kapitza):
    assert kapitza("--version") == (0, f"kapitza {package.__version__}\n", "")


def test_help_teaches(kapitza):
    code, out, _ = kapitza("--help")
    assert code == 0
    for word in (
        "demo",
        "map",
        "run",
        "info",
        "init",
        "twin",
        "plan",
        "thickness",
        "beam",
        "Exit codes",
        "kapitza map cube.dm4 -o result",
    ):
        assert word in " ".join(out.split())


@pytest.mark.parametrize("command", ["demo", "map", "run", "info", "init", "twin", "plan", "thickness", "beam"])
def test_every_command_has_an_example(kapitza, command):
    code, out, _ = kapitza(command, "--help")
    assert code == 0
    assert "Example" in out
    assert f"kapitza {command}" in out.split("Example")[1]


@pytest.mark.parametrize(
    "arguments", [["map"], ["mpa", "x"], ["map", "x", "-o", "y", "--preset", "best"], ["run", "x"], []]
)
def test_a_wrong_command_line_is_code_2(kapitza, arguments):
    assert kapitza(*arguments).code == 2


def test_every_exit_code_is_documented():
    from kapitza.cli import commands, failures

    page = (REPOSITORY / "docs" / "cli.md").read_text(encoding="utf-8")
    for code in (0, 2, failures.FAILED, failures.INTERNAL, failures.INTERRUPTED, failures.PIPE_CLOSED):
        assert f"| {code} |" in page
        assert str(code) in commands._EPILOG


def test_help_loads_no_numerics():
    script = (
        "import sys\nfrom kapitza.cli import main\nsys.argv = ['kapitza', '--help']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'numpy', 'scipy', 'xarray', 'dask', 'numba', 'plotly', 'matplotlib', 'pydantic'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_run_as_a_module():
    done = subprocess.run([sys.executable, "-m", "kapitza", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == f"kapitza {package.__version__}"


@pytest.mark.skipif(os.name != "posix", reason="pipes close differently elsewhere")
def test_a_reader_that_goes_away(tmp_path):
    command = [sys.executable, "-m", "kapitza", "init"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        err = process.stderr.read()
        assert process.wait() == 141
    assert err == ""


def test_script_is_declared():
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["scripts"]["kapitza"] == "kapitza.cli:main"
