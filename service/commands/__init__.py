"""The commands behind `sobmedida`, one file each; `service/cli.py` imports only the one that was asked for."""
