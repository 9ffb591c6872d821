"""`jikim serve`: everything on one machine. The first run makes the home, migrates and publishes the policy."""

import argparse
import os
from pathlib import Path

from jikim import __version__, environment, sealing
from jikim.cli import desk_link, home, keyring, processes, supervisor, users
from jikim.cli.types import Parsers, command_of, port
from jikim.domain.errors import Misused
from jikim.environment import HomeKind

PORT = 8000
DESCRIPTION = """\
Serve the public side and the desk of the home in JIKIM_HOME (default: ./var), with its key daemon, worker and postman,
until told to stop. What dies is started again.

The first run makes the home and publishes a policy. As long as nobody is the privacy officer, each start makes a
one-time link for that account: it is printed at a terminal, and otherwise lies in a file that only its owner reads.
Variables: docs/operating/README.md.

Exit codes: 0 stopped when told to, 1 failed, 2 wrong use, 3 refused for safety."""


def add(parsers: Parsers) -> None:
    command = command_of(parsers, "serve", help="run everything on this machine", about=DESCRIPTION)
    add_address(command)
    command.add_argument(
        "--policy", type=Path, metavar="FILE", help="what a first run publishes (default: the example)"
    )
    command.set_defaults(run=run)


def add_address(command: argparse.ArgumentParser) -> None:
    command.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    command.add_argument(
        "--port", type=port, default=PORT, metavar="PORT", help=f"port of the public side (default: {PORT})"
    )
    command.add_argument("--desk-port", type=port, metavar="PORT", help="port of the desk (default: the one after it)")


def claim(arguments: argparse.Namespace) -> tuple[str, int, int]:
    """Return host, port and the desk's port; refuse them before anything is made when one is taken.

    Whatever process starts from here on knows under which addresses people come.
    """
    desk_port = arguments.desk_port or arguments.port + 1
    if desk_port == arguments.port:
        raise Misused("the public side and the desk share no port", hint="give each its own: --port and --desk-port")
    processes.claim(arguments.host, arguments.port, desk_port)
    if users.of_this_machine():
        users.refuse_ports((arguments.port, desk_port))
    _address_people(arguments.host, arguments.port, desk_port)
    return arguments.host, arguments.port, desk_port


def run(arguments: argparse.Namespace) -> int:
    """Serve until told to stop. Refuses before anything is made when the address is taken."""
    address = claim(arguments)
    if arguments.policy:
        os.environ["JIKIM_POLICY"] = str(arguments.policy)
    home.open_and_migrate(HomeKind.REAL, serves=True)
    publish_first()
    return serve(*address)


def publish_first() -> None:
    """Publish the default policy in a home that has none yet."""
    from jikim.actions import policies as publishing
    from jikim.language import load
    from jikim.queries import policies

    if not policies.all_versions():
        publishing.publish(load.read(environment.policy_path()), by="first-run")


def serve(host: str, port: int, desk_port: int) -> int:
    """Run every process on a home that is ready. The key daemon of this process becomes theirs: there is one."""
    said = greeting()
    keyd = keyring.hand_over()
    served = processes.programs(host, port, desk_port, keyd.pairs)
    return supervisor.run([keyd.program, *served], lambda: print(said, flush=True), first=keyd.process)


def _address_people(host: str, port: int, desk_port: int) -> None:
    """Set the addresses nobody gave. Who gave one has a proxy that puts both sides behind it."""
    if "JIKIM_BASE_URL" not in os.environ:
        named = f"[{host}]" if ":" in host else host
        os.environ["JIKIM_BASE_URL"] = f"http://{named}:{port}"
        os.environ.setdefault("JIKIM_DESK_URL", f"http://{named}:{desk_port}")


def greeting() -> str:
    """Say where to go, and how to get into the desk."""
    from jikim.clock import policy_today
    from jikim.queries import policies
    from jikim.sealing.certificate import best_medium

    published = policies.in_force()
    policy = f"{published.policy.id} version {published.number}" if published else "published, not yet in force"
    medium = f"keys on a medium of class {best_medium(sealing.media())}"
    kind = f"demo home, its day is {policy_today()}" if environment.is_demo() else medium
    return "\n".join(
        (
            f"Jikim {__version__} · {kind}",
            f"  home     {environment.home()}",
            f"  policy   {policy}",
            f"  site     {environment.base_url()}/",
            *desk_link.lines(),
            "Stop with Ctrl+C.",
        )
    )
