"""Result folders and pages of the atomistic half."""
