"""Where a result came from: holdings, decisions, sectors, factors, habits."""
