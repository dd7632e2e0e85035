"""Fidelity: history of all accounts, which differs in its names and says the account per row."""

from __future__ import annotations

from engine.broker_files.fidelity_actions import read
from engine.broker_files.layout import Layout, Signature
from engine.broker_files.locale import Locale, Order

LAYOUT = Layout(
    name="fidelity_multi",
    title="Fidelity",
    menu="All accounts → Activity & Orders → History → Download, CSV",
    signatures=(Signature(frozenset({"run date", "account number", "action"})),),
    read=read,
    locale=Locale(order=Order.MONTH_FIRST),
)
