"""The thermometer of preset `recommended`: a forward model of everything that is counted.

A spectrum is a zero-loss peak h and, convolved with that same peak, phonons that obey detailed balance:

    y(E) = N (h * [delta + s])(E) + c,    s(E) = A(|E|) (1 + n) on the loss side, A(|E|) n on the gain side

`basis` puts this on a grid, `peaks` says what shapes h can take, `fit` finds h, A and a temperature from the summed
spectra of the image's materials, `weights` turns them into estimating functions whose expectation vanishes at the
temperature of a pixel whatever its own A, height, position and width, and `reading` applies those to every pixel.
"""

from kapitza.spectra.forward.plan import ForwardPlan, Summed, make_plan

__all__ = ["ForwardPlan", "Summed", "make_plan"]
