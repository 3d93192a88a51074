"""The bench: what Convenor costs, as ratios measured in one run. `make bench`; nothing is asserted."""
