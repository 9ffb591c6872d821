"""The clause templates: every sentence of the published page, Korean and English side by side so that neither drifts."""
