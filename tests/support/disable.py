"""A pytest plugin that breaks one named function, to prove that the test named beside it notices.

`JIKIM_DISABLE=module:name` makes every call of that function (or construction of that class) raise. The break is put in
right after the module's own code has run, so that everyone who imports the name afterwards gets the broken one.
"""

import os
from importlib.machinery import SourceFileLoader
from types import ModuleType
from typing import Never

MODULE, _, NAME = os.environ.get("JIKIM_DISABLE", "").partition(":")


class Disabled(Exception):
    """Raised wherever the disabled code is asked to work."""


def _disabled(*_args: object, **_options: object) -> Never:
    raise Disabled(f"{MODULE}:{NAME} is disabled for this run")


def _break(module: ModuleType) -> None:
    holder: object = module
    *path, last = NAME.split(".")
    for part in path:
        holder = getattr(holder, part)
    getattr(holder, last)  # a name that does not exist is a mistake in the map, not a break
    setattr(holder, last, _disabled)


if MODULE:
    _execute = SourceFileLoader.exec_module

    def _execute_then_break(loader: SourceFileLoader, module: ModuleType) -> None:
        _execute(loader, module)
        if module.__name__ == MODULE:
            _break(module)

    SourceFileLoader.exec_module = _execute_then_break  # type: ignore[method-assign, assignment]  # the one way in before importers
