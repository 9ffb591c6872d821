"""Django's PostgreSQL, asked by programs for which somebody waits."""
