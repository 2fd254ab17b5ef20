"""Who knows types: the engine protocol, the ty client, and the reading of its answers."""
