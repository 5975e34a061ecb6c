"""Data in batches."""
