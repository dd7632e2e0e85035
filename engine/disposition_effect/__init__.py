"""The measures of the R package dispositionEffect 1.0.1, computed the way it computes them.

A module for comparison, not for advice: every transaction counts, purchases too, assets are
averaged without weights, and nothing has a standard error. What this product says of a person
comes from ``engine.biases.disposition``.
"""

from engine.disposition_effect.clock import UnknownThreshold as UnknownThreshold
from engine.disposition_effect.clock import financial_hours as financial_hours
from engine.disposition_effect.evaluations import MissingPrice as MissingPrice
from engine.disposition_effect.market_prices import MarketPrices as MarketPrices
from engine.disposition_effect.measures import Measures as Measures
from engine.disposition_effect.measures import measure as measure
from engine.disposition_effect.ratios import Summary as Summary
from engine.disposition_effect.ratios import disposition_difference as disposition_difference
from engine.disposition_effect.ratios import disposition_effect as disposition_effect
from engine.disposition_effect.ratios import summarise as summarise
from engine.disposition_effect.table import Cell as Cell
from engine.disposition_effect.table import Method as Method
from engine.disposition_effect.table import Table as Table
from engine.disposition_effect.time_series import TimeSeries as TimeSeries
from engine.disposition_effect.transactions import Transactions as Transactions
