"""Ways bytes leave the house: mail now, files later. Every one asks for what only the gate hands out."""
