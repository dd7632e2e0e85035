"""How much of the world's share market each country is."""

from __future__ import annotations

YEAR = 2024
# Rounded shares of the free-float market value in a broad index of developed and emerging markets
# (MSCI ACWI or alike, end of 2024), written down from memory: approximate, good to about a tenth
# of each figure. Only the share of a person's own country is used.
_SHARES = {
    "US": 0.65,
    "JP": 0.05, "GB": 0.031, "CA": 0.027, "CN": 0.027, "FR": 0.024, "CH": 0.020, "IN": 0.020,
    "DE": 0.020, "TW": 0.019, "AU": 0.016, "NL": 0.010, "KR": 0.010, "SE": 0.008, "IT": 0.006,
    "ES": 0.006, "DK": 0.006, "HK": 0.005, "BR": 0.004, "SA": 0.004, "SG": 0.004, "ZA": 0.003,
    "BE": 0.002, "FI": 0.002, "IL": 0.002, "MX": 0.002, "NO": 0.002, "AE": 0.001, "ID": 0.002,
    "IE": 0.001, "KW": 0.001, "MY": 0.002, "PH": 0.0005, "PL": 0.001, "QA": 0.001, "TH": 0.001,
    "TR": 0.001, "AT": 0.0005, "CL": 0.0005, "CO": 0.0001, "CZ": 0.0002, "EG": 0.0001, "GR": 0.0005,
    "HU": 0.0003, "NZ": 0.0005, "PE": 0.0003, "PT": 0.0004,
}  # fmt: skip


def world_share(country: str) -> float | None:
    """The part of the world's share market that is ``country`` (ISO 3166, two letters), about;
    None for countries that the index does not hold."""
    return _SHARES.get(country.upper())
