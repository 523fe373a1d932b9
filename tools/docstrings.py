"""Griffe extension that shows docstrings as they are meant: `name : what it is`, with the type in the signature.

The numpy style reads what follows the colon as a type. Here it becomes the description, and the type comes from the
signature. In the docstring of a class the same lines become a list.
"""

import re
from typing import Any

import griffe

ENTRY = re.compile(r"^(\w+(?:, \w+)*) : (.+)$")
PARAMETERS = re.compile(r"(?<=^Parameters\n----------\n).*?(?=^\w+\n---|\Z)", re.MULTILINE | re.DOTALL)


class Descriptions(griffe.Extension):
    """Rewrites docstrings before they are parsed."""

    def on_function(self, *, func: griffe.Function, **_: Any) -> None:
        """Descriptions under the parameter's name."""
        if func.docstring:
            func.docstring.value = PARAMETERS.sub(_below_the_name, func.docstring.value)

    def on_class(self, *, cls: griffe.Class, **_: Any) -> None:
        """Fields as a list."""
        if cls.docstring:
            cls.docstring.value = "\n".join(_as_list(cls.docstring.value.splitlines()))


def _below_the_name(section: re.Match[str]) -> str:
    return "\n".join(ENTRY.sub(r"\1\n    \2", line) for line in section[0].splitlines()) + "\n"


def _as_list(lines: list[str]) -> list[str]:
    listed: list[str] = []
    for line in lines:
        entry = ENTRY.match(line)
        before = listed[-1] if listed else ""
        if entry and before and not before.startswith(("- ", "    ")):
            listed.append("")
        listed.append(f"- **{entry[1]}** : {entry[2]}" if entry else line)
    return listed
