"""Convenor's moving parts: the pure core, the shell around it, and an adapter for each platform."""
