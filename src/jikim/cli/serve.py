"""`jikim serve`: everything on one machine. The first run makes the home, migrates and publishes the policy."""

import argparse
import os
from datetime import timedelta
from pathlib import Path

from jikim import __version__, environment
from jikim.cli import home, processes
from jikim.cli.types import Parsers
from jikim.environment import HomeKind

PORT = 8000
LINK_VALID = timedelta(hours=24)


def add(parsers: Parsers) -> None:
    command: argparse.ArgumentParser = parsers.add_parser("serve", help="run everything on this machine")
    add_address(command)
    command.add_argument(
        "--policy", type=Path, metavar="FILE", help="what a first run publishes (default: the example)"
    )
    command.set_defaults(run=run)


def add_address(command: argparse.ArgumentParser) -> None:
    command.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    command.add_argument("--port", type=int, default=PORT, help=f"port to listen on (default: {PORT})")


def run(arguments: argparse.Namespace) -> int:
    """Serve until told to stop. Refuses before anything is made when the address is taken."""
    processes.claim(arguments.host, arguments.port)
    if arguments.policy:
        os.environ["JIKIM_POLICY"] = str(arguments.policy)
    home.open_and_migrate(HomeKind.REAL)
    publish_first()
    return serve(arguments.host, arguments.port)


def publish_first() -> None:
    """Publish the default policy in a home that has none yet."""
    from jikim.actions import policies as publishing
    from jikim.language import load
    from jikim.queries import policies

    if not policies.all_versions():
        publishing.publish(load.read(environment.policy_path()), by="first-run")


def serve(host: str, port: int) -> int:
    """Run the web server and the worker on a home that is ready."""
    address = os.environ.setdefault("JIKIM_BASE_URL", f"http://{f'[{host}]' if ':' in host else host}:{port}")
    commands = {"web": processes.web(host, port), "worker": processes.worker()}
    return processes.run(commands, f"{local(host, port)}/privacy/", lambda: print(greeting(address), flush=True))


def local(host: str, port: int) -> str:
    """Return where this machine reaches the server itself, also when it listens everywhere."""
    reached = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104 - read, not bound
    return f"http://{reached}:{port}"


def greeting(address: str) -> str:
    from jikim.actions import desk
    from jikim.clock import policy_today
    from jikim.queries import policies

    published = policies.in_force()
    policy = f"{published.policy.id} version {published.number}" if published else "published, not yet in force"
    kind = f"demo home, its day is {policy_today()}" if environment.is_demo() else "development keyring"
    return "\n".join(
        (
            f"Jikim {__version__} · {kind}",
            f"  home     {environment.home()}",
            f"  policy   {policy}",
            f"  site     {address}/",
            f"  desk     {address}/desk/enter/{desk.issue_link(LINK_VALID)}/",
            "           (signs one person in, once, within 24 hours)",
            "Stop with Ctrl+C.",
        )
    )
