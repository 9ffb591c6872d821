"""Settings, start-up refusals, addresses: where the house is put together."""
