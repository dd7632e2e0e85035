"""Every way to choose a portfolio: each file of this folder that declares ``METHOD`` is one."""
