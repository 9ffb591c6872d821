"""The `jikim` command."""

import sys

from jikim.cli import main

if __name__ == "__main__":
    sys.exit(main())
