"""The pre-deploy check."""
