"""What a database's address may look like."""

from __future__ import annotations

import pytest

from storage.address import BadDatabaseUrl, parse


@pytest.mark.parametrize(
    ("dsn", "query"),
    [
        ("postgresql://u:p@h/x", {}),
        ("postgres://u:p@h:5432/x?sslmode=require", {"ssl": "require"}),
        ("postgresql+asyncpg://u@h/x?ssl=verify-full", {"ssl": "verify-full"}),
        ("postgresql://u@/x?host=/run/db&sslmode=disable", {"host": "/run/db", "ssl": "disable"}),
    ],
)
def test_what_we_understand_is_handed_to_the_driver(dsn: str, query: dict[str, str]) -> None:
    url = parse(dsn)
    assert (url.drivername, dict(url.query)) == ("postgresql+asyncpg", query)
    assert parse(url.render_as_string(hide_password=False)) == url  # what is parsed stays as it is


@pytest.mark.parametrize(
    "dsn",
    [
        "",
        "nonsense",
        "mysql://u:secret@h/x",
        "postgresql://u:secret@h",
        "postgresql://u:secret@h:0/x",
        "postgresql://u:secret@h:99999/x",
        "postgresql://u:secret@h:port/x",
        "postgresql://u:secret@h/x?sslmode=secret",
        "postgresql://u:secret@h/x?channel_binding=secret",
        "postgresql://u:secret@h/x?sslmode=require&sslmode=secret",
    ],
)
def test_all_else_is_refused_without_a_word_of_it(dsn: str) -> None:
    with pytest.raises(BadDatabaseUrl) as refused:
        parse(dsn)
    assert "secret" not in refused.value.reason
