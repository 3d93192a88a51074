"""E-mail: one more way out for what members are sent. Nothing comes in by it."""
