"""The policy file: read, judged, and compiled to domain values. Pydantic stays in here; no Django."""
