"""Zero-loss backgrounds under the phonons, one method per file."""
