"""Where the parts of the source tree are that settings point to."""

from pathlib import Path

WEB = Path(__file__).resolve().parents[1] / "web"
