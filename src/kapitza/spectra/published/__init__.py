"""The published recipe, preset `paper`: a Pearson VII per pixel and side, and a line through logarithms of ratios."""

from kapitza.spectra.published.plan import PublishedPlan, make_plan

__all__ = ["PublishedPlan", "make_plan"]
