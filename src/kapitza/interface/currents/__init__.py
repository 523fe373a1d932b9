"""The interface at several heating currents: a series of results, and one fit of all profiles."""
