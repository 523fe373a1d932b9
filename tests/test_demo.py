"""The demo as a newcomer runs it: in its time, to the contract of the result folder, and near its own truth."""

import json
import math
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.xdist_group("demo")

PERSON = "a-person-of-that-name"
CONTRACT = Path(__file__).resolve().parents[2] / "shared" / "check_result.py"


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Path:
    """Result folder of `kapitza demo`, with the files it made beside it."""
    folder = tmp_path_factory.mktemp("demo") / "result"
    environment = os.environ | {"USER": PERSON, "LOGNAME": PERSON}
    subprocess.run([sys.executable, "-m", "kapitza", "demo", "--quiet", "-o", folder], check=True, env=environment)
    return folder


def test_the_folder_keeps_the_contract(demo):
    if not CONTRACT.is_file():
        pytest.skip("the program that checks result folders is not beside this checkout")
    checked = subprocess.run([sys.executable, CONTRACT, demo], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout.strip()) == (0, "0 breaches of the contract"), checked.stderr


@pytest.mark.parametrize("block", ["interface", "compared"])
def test_the_half_difference_holds_the_drop_within_two_standard_errors(demo, block):
    results = json.loads((demo / "results.json").read_text(encoding="utf-8"))
    combined = results["combined"][block]
    drop = combined.get("interface", combined)["drop"]
    assert abs(drop["value"] - results["truth"]["drop"]["value"]) < 2 * drop["error"]
    assert math.isfinite(drop["error"])


def test_the_folder_names_no_person_machine_or_place(demo):
    machine = {socket.gethostname()} if len(socket.gethostname()) > 8 else set()  # short names occur in any long text
    secrets = {PERSON, str(demo.parent), f"{Path.home()}/"} | machine
    files = [path for path in demo.rglob("*") if path.is_file()]
    assert len(files) > 20
    for path in files:
        content = path.read_bytes()
        assert [secret for secret in secrets if secret.encode() in content] == [], path.name
