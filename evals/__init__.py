"""How well answers are grounded: cases, metrics, runs, reports."""
