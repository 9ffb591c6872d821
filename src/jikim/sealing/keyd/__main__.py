"""The key daemon, started as a module."""

import sys

from jikim.sealing.keyd.process import main

sys.exit(main())
