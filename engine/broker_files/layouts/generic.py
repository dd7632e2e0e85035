"""Our own layout, which is what we export, and others that name the same columns otherwise."""

from __future__ import annotations

from engine.broker_files.layout import Layout
from engine.broker_files.locale import Locale
from engine.broker_files.plain_columns import columns_of, read

LAYOUT = Layout(
    name="generic",
    title="",
    menu="",
    signatures=(),
    read=read,
    locale=Locale(None, None),
    columns=columns_of,
    ask_decimal=("quantity", "price", "fee", "tax", "amount"),
    ask_order="date",
    fallback=True,
)
