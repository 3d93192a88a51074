"""The durable record: frozen rows, the port that every engine implements, and the SQLite engine."""
