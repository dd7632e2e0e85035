"""What the ways of choosing a portfolio are called, and what each of them believes."""

from __future__ import annotations

NAMES = {
    "black_litterman": "your views on top of what the market implies",
    "cdar": "the smallest deep drawdowns",
    "cvar": "the smallest losses on the worst days",
    "debiased": "the least volatility, corrected for your habits",
    "equal_weight": "the same in each",
    "few_names": "the least volatility with few shares",
    "goals": "your goals",
    "hierarchical_risk_parity": "hierarchical risk parity",
    "inverse_volatility": "less of what moves more",
    "loss_aversion": "losses weighing more than gains",
    "maximum_diversification": "the most diversification",
    "maximum_sharpe": "the most return for its risk",
    "mean_absolute_deviation": "the smallest mean deviation",
    "mean_variance": "return weighed against variance",
    "mental_accounts": "the most expected return that keeps the chance to miss (mental accounts)",
    "minimax_regret": "the least regret at worst",
    "minimum_variance": "the least volatility",
    "prospect_theory": "how people value gains and losses (prospect theory)",
    "regret_penalised": "return weighed against regret",
    "risk_parity": "the same risk from each",
    "semivariance": "the smallest downside",
    "target_return": "the least volatility for the return you asked for",
    "target_risk": "the most return for the risk you asked for",
}


def named(method: str) -> str:
    return NAMES.get(method, method.replace("_", " "))


def known() -> str:
    """All of them, for somebody who picks "Rebalance" from a menu."""
    said = ("minimum variance", "risk parity", "max sharpe", "least drawdown", "equal weight")
    return ", ".join(said)
