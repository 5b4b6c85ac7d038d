"""Reads which module imports which, from the source text alone: imports inside functions and under TYPE_CHECKING count like any other.

``from package import name`` is an import of the submodule of that name, where there is one; otherwise of the package's ``__init__``,
which in turn imports what it re-exports.  That a parent package is executed before its submodule is not counted.
"""

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

Imports = Mapping[str, frozenset[str]]
"""module → the modules that it imports"""


def modules_of(root: Path) -> dict[str, Path]:
    """Every module of a package in a folder, by its full name."""
    named = {path.relative_to(root.parent).with_suffix("").parts: path for path in sorted(root.rglob("*.py"))}
    return {".".join(parts[:-1] if parts[-1] == "__init__" else parts): path for parts, path in named.items()}


def imports_of(name: str, path: Path, known: Mapping[str, Path]) -> frozenset[str]:
    """The full names that a module imports; of ``known`` modules the module, of others as they are written, as ``dagster._core.events``."""
    found: set[str] = set()
    for node in _statements(parsed(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            package = _package_of(node, name, path)
            for alias in node.names:
                hidden = alias.name.startswith("_") and package not in known  # perhaps a module that is not public
                whole = f"{package}.{alias.name}"
                found.add(whole if whole in known or hidden else package)
    return frozenset(found)


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of a file, which nobody changes."""
    return ast.parse(path.read_text(encoding="utf-8"))


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    """Every statement below a node: expressions, which take most of the time to walk, hold no imports."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case):
            yield child
            yield from _statements(child)


def _package_of(node: ast.ImportFrom, name: str, path: Path) -> str:
    """The package or module that the names of ``from … import`` come from."""
    if not node.level:
        return node.module or ""
    parts = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    parts = parts[: len(parts) - node.level + 1]
    return ".".join([*parts, node.module] if node.module else parts)


def among(imports: Imports) -> Imports:
    """The imports of one another, without those of other libraries."""
    return {name: imported & imports.keys() for name, imported in imports.items()}


def cycles(imports: Imports) -> set[tuple[str, ...]]:
    """Groups of modules each of which leads to all others of the group (strongly connected components), sorted by name."""
    reached = {name: _reached(imports, name) for name in imports}
    return {tuple(sorted(other for other in reached[name] if name in reached[other])) for name in imports if name in reached[name]}


def _reached(imports: Imports, start: str) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        new = imports[waiting.pop()] - found
        found |= new
        waiting += new
    return found
