"""Webhooks out: what happened here, told to whoever subscribed to it."""
