"""Progress: bars on a terminal, lines elsewhere, silence when asked for."""

import pytest

from kapitza.cli.progress import progress


def work(report):
    for step in ("reading", "mapping"):
        for done in range(3):
            report(step, done, 2)


def test_lines_where_there_is_no_terminal(capsys):
    with progress(quiet=False) as report:
        work(report)
    assert tuple(capsys.readouterr()) == ("", "reading\nmapping\n")


def test_bars_on_a_terminal(capsys, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    with progress(quiet=False) as report:
        work(report)
    out, err = capsys.readouterr()
    assert out == ""
    assert "mapping" in err
    assert "100%" in err


def test_quiet():
    with progress(quiet=True) as report:
        assert report is None


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_what_stops_the_work_passes_through(error):
    with pytest.raises(error), progress(quiet=False):
        raise error
