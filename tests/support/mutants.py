"""Small changes of a module, one at a time, each of which a test should notice.

Used twice: to list the changes, and as a pytest plugin (`-p tests.support.mutants`) that runs the tests against one of
them, named by JIKIM_MUTANT as `module#number`.
"""

import ast
import importlib
import importlib.util
import os
import sys
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Add,
}
NAMES = {"max": "min", "min": "max", "any": "all", "all": "any"}


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change. Its name tells the function and the code before and after, and outlives moves of the lines."""

    number: int
    name: str
    source: str


def mutants(module: str) -> list[Mutant]:
    """Return every change of a module's code, in the order of its lines."""
    tree = ast.parse(source_of(module))
    found: list[Mutant] = []
    seen: Counter[str] = Counter()
    for place, (node, within) in enumerate(_walk(tree, module.rpartition(".")[2])):
        for changed in _changes(node):
            name = f"{within}: {_short(node)} -> {_short(changed)}"
            seen[name] += 1
            which = f" ({seen[name]})" if seen[name] > 1 else ""
            found.append(Mutant(len(found), name + which, _with(tree, place, changed)))
    return found


def source_of(module: str) -> str:
    spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(module)
    return Path(spec.origin).read_text(encoding="utf-8")


def _walk(node: ast.AST, within: str) -> Iterator[tuple[ast.AST, str]]:
    """Every node that does something, with the function or class it is within: no annotations, no imports."""
    yield node, within
    here = f"{within}.{node.name}" if isinstance(node, ast.FunctionDef | ast.ClassDef) else within
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "type_params"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not isinstance(child, ast.Import | ast.ImportFrom):
                yield from _walk(child, here)


def _with(tree: ast.Module, place: int, changed: ast.AST) -> str:
    """The module's source with the node at one place exchanged."""
    copy = deepcopy(tree)
    target = next(node for number, (node, _) in enumerate(_walk(copy, "")) if number == place)
    for parent in ast.walk(copy):
        for field, value in ast.iter_fields(parent):
            if value is target:
                setattr(parent, field, changed)
            elif isinstance(value, list) and target in value:
                value[value.index(target)] = changed
    return ast.unparse(ast.fix_missing_locations(copy))


def _changes(node: ast.AST) -> Iterator[ast.AST]:
    yield from _changes_of_an_operation(node)
    yield from _changes_of_a_statement(node)
    match node:
        case ast.Constant(bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(int() as value):
            yield from (ast.Constant(value + 1), ast.Constant(value - 1))
        case ast.Call(ast.Name(id=name), arguments, keywords) if name in NAMES:
            yield ast.Call(ast.Name(NAMES[name], ast.Load()), arguments, keywords)
        case ast.IfExp(test, body, orelse):
            yield ast.IfExp(ast.UnaryOp(ast.Not(), test), body, orelse)


def _changes_of_an_operation(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Compare(left, ops, comparators):
            for number, operator in enumerate(ops):
                other = [*ops[:number], COMPARISONS[type(operator)](), *ops[number + 1 :]]
                yield ast.Compare(left, other, comparators)
        case ast.BinOp(left, op, right) if type(op) in ARITHMETIC:
            yield ast.BinOp(left, ARITHMETIC[type(op)](), right)
        case ast.BoolOp(ast.And(), values):
            yield ast.BoolOp(ast.Or(), values)
        case ast.BoolOp(ast.Or(), values):
            yield ast.BoolOp(ast.And(), values)
        case ast.UnaryOp(ast.Not(), operand):
            yield operand


def _changes_of_a_statement(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.If(test, body, orelse):
            yield ast.If(ast.UnaryOp(ast.Not(), test), body, orelse)
        case ast.While(test, body, orelse):
            yield ast.While(ast.UnaryOp(ast.Not(), test), body, orelse)
        case ast.Return(value) if value is not None:
            yield ast.Return(ast.Constant(None))
        case ast.Raise():
            yield ast.Pass()


def _short(node: ast.AST) -> str:
    first = ast.unparse(ast.fix_missing_locations(deepcopy(node))).splitlines()[0]
    return first if len(first) <= 90 else first[:87] + "..."


def install(module: str, source: str) -> None:
    """Put the changed module where an import finds it, before anything has imported the real one."""
    mutated = ModuleType(module)
    sys.modules[module] = mutated
    exec(compile(source, f"<mutant of {module}>", "exec"), mutated.__dict__)  # noqa: S102 - our own code, changed
    package, _, name = module.rpartition(".")
    setattr(importlib.import_module(package), name, mutated)


if chosen := os.environ.get("JIKIM_MUTANT"):
    _module, _, _number = chosen.partition("#")
    install(_module, mutants(_module)[int(_number)].source)
