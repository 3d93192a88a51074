"""The web workspace: an adapter over the service, with its doors (who comes in) and its rooms."""
