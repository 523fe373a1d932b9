"""A theoretical scenario of a study: named in its file, computed by `kapitza.theory`, beside what was measured."""
