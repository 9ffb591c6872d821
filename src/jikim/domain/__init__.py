"""What the policy means. Pure: the standard library only, no clock, no store, no framework."""
