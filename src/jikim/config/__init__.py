"""Settings, and what start-up refuses."""
