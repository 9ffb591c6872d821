"""`jikim policy`: check, show and publish a policy file."""

import argparse

from jikim.cli import policy_check, policy_publish, policy_show
from jikim.cli.types import Parsers


def add(parsers: Parsers) -> None:
    policy: argparse.ArgumentParser = parsers.add_parser("policy", help="check, show or publish a policy file")
    verbs = policy.add_subparsers(metavar="VERB", required=True)
    for verb in (policy_check, policy_show, policy_publish):
        verb.add(verbs)
