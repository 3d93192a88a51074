"""The core: what Convenor decides. Pure, but for `service` (the shell) and `outbox` (delivery)."""
