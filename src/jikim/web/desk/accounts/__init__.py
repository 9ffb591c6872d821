"""Who comes in: making an account, signing in, second factors, people. The one room that touches allauth."""
