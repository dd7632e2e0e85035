"""Fidelity: history of one account."""

from __future__ import annotations

from engine.broker_files.fidelity_actions import read
from engine.broker_files.layout import Layout, Signature
from engine.broker_files.locale import Locale, Order

LAYOUT = Layout(
    name="fidelity",
    title="Fidelity",
    menu="Activity & Orders → History → Download, CSV",
    signatures=(
        Signature(frozenset({"run date", "action", "amount ($)"}), frozenset({"account number"})),
    ),
    read=read,
    locale=Locale(order=Order.MONTH_FIRST),
)
