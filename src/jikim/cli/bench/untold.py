"""`jikim` whose public side tells the journal nothing: for the one row that asks what telling costs.

No variable and no option does this. The command that the public side is started by is exchanged, for as long as the row
runs; nothing of it is reached from the program itself.
"""

import sys
from dataclasses import replace
from typing import Any

from jikim.cli import main, processes
from jikim.cli.supervisor import Program
from jikim.domain.journal import Role

TOLD, UNTOLD = "jikim.config.wsgi:application", "jikim.cli.bench.untold_wsgi:application"
_pages = processes.pages


def pages(role: Role, *words: Any, **more: Any) -> Program:
    program = _pages(role, *words, **more)
    if role is not Role.PUBLIC or TOLD not in program.command:
        return program
    return replace(program, command=[UNTOLD if word == TOLD else word for word in program.command])


if __name__ == "__main__":
    processes.pages = pages
    sys.exit(main(sys.argv[1:]))
