"""The lines of Python in the README run as they stand."""

import contextlib
import io
import re
import shutil
from pathlib import Path

README = Path(__file__).resolve().parents[1] / "README.md"


def test_the_five_lines_run(tmp_path, monkeypatch, experiment):
    code = re.search(r"^```python\n(.*?)^```", README.read_text(encoding="utf-8"), re.S | re.M)
    assert code is not None
    files = re.findall(r'"([\w-]+\.hspy)"', code[1])
    assert files
    for name in files:
        shutil.copy(experiment / "forward.hspy", tmp_path / name)
    monkeypatch.chdir(tmp_path)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code[1], "README.md", "exec"), {})
    lines = printed.getvalue().splitlines()
    assert len([line for line in code[1].splitlines() if line]) == 5
    assert len(lines) == 2
    for line in lines:
        assert re.fullmatch(r"-?[\d.]+ ± [\d.]+ K", line)
