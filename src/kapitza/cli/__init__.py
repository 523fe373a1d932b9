"""The command line."""

import sys


def main() -> int:
    """Run the command line; the exit code is what `kapitza --help` says."""
    try:
        from kapitza.cli.commands import app

        for stream in (sys.stdout, sys.stderr):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # a terminal without ± shows ? instead
        app(prog_name="kapitza")
    except KeyboardInterrupt:  # before a command had begun
        return 130
    return 0
