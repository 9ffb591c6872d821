"""What the proxy's page says is the program's: the ports, the variables, and nothing kept that nobody promised."""

import re
from pathlib import Path

from jikim.cli import parser
from jikim.cli.serve import PORT

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "operating" / "behind-tls.md").read_text(encoding="utf-8")
CADDY, NGINX = re.findall(r"^## (?:Caddy|nginx)\n\n```\n(.*?)```", PAGE, flags=re.DOTALL | re.MULTILINE)


def test_both_proxies_send_the_desk_to_its_port_and_the_rest_to_the_public_one() -> None:
    given = parser().parse_args(["serve"])
    assert (given.port, given.desk_port) == (PORT, None)
    assert re.findall(r"127\.0\.0\.1:(\d+)", CADDY) == [str(PORT + 1), str(PORT)]
    assert re.findall(r"127\.0\.0\.1:(\d+)", NGINX) == [str(PORT + 1), str(PORT)]


def test_no_proxy_keeps_bodies_or_addresses() -> None:
    assert "proxy_request_buffering off;" in NGINX
    assert "access_log off;" in NGINX
    assert "output discard" in CADDY


def test_the_variables_it_names_are_read() -> None:
    folder = Path(__file__).resolve().parents[2] / "src" / "jikim" / "environment"
    source = "".join(path.read_text() for path in folder.glob("*.py"))
    assert {"JIKIM_BASE_URL", "JIKIM_DESK_URL", "JIKIM_TRUSTED_PROXY"} == set(re.findall(r"JIKIM_\w+", PAGE))
    assert all(name in source for name in re.findall(r"JIKIM_\w+", PAGE))
