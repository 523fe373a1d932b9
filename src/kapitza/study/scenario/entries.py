"""What a study file may say of a scenario. Frozen; energies in meV, temperatures in K, lengths in nm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class PartnerEntry:
    """A bulk phonon that a mode of the study exchanges with, as `kapitza.theory.interface_modes.Partner`.

    mode : name of a mode of the study.
    """

    mode: str
    energy: float
    side: Literal["left", "right"]
    strength: float = 1.0
    branch: Literal["optical", "acoustic"] = "optical"


@dataclass(frozen=True)
class Channels:
    """Optical and acoustic phonons that conduct side by side, as `kapitza.theory.two_temperature` has them.

    optical_share_left, optical_share_right : of the heat in either bulk. decay_length_left, decay_length_right : nm,
    over which both temperatures become one. optical_conductance, acoustic_conductance : of the interface, MW/(m2 K).
    """

    optical_share_left: float
    optical_share_right: float
    decay_length_left: float
    decay_length_right: float
    optical_conductance: float
    acoustic_conductance: float


@dataclass(frozen=True)
class Elastic:
    """Both materials as `kapitza.theory.mismatch.Solid`: g/cm3, km/s, km/s and atoms per nm3."""

    density_left: float
    longitudinal_left: float
    transverse_left: float
    atoms_left: float
    density_right: float
    longitudinal_right: float
    transverse_right: float
    atoms_right: float


@dataclass(frozen=True)
class Aperture:
    """An aperture beside the axis, as `kapitza.theory.nonequilibrium.one_sided_shift` takes it.

    energy : meV, of the phonons that the temperature comes from. free_path_left, free_path_right : nm, component of
    their mean free path along the heat-flow axis, of those that loss makes. sidedness : from -1 to 1.
    """

    energy: float
    free_path_left: float
    free_path_right: float
    sidedness: float = 1.0


@dataclass(frozen=True)
class Scenario:
    """A scenario to hold against a measurement; whatever is not given is not compared.

    mean : K, half-way through the drop; drop : K, left less right with the heat flowing forward; both as measured when
    None. split : K, by which optical phonons of the hot side are above, and acoustic ones below, its temperature, and
    the other way round on the cold side; what `channels` give when None, 0 without them.
    """

    mean: float | None = None
    drop: float | None = None
    split: float | None = None
    partners: tuple[PartnerEntry, ...] = ()
    channels: Channels | None = None
    elastic: Elastic | None = None
    aperture: Aperture | None = None

    def partners_of(self, mode: str) -> tuple[PartnerEntry, ...]:
        """The partners of one mode."""
        return tuple(partner for partner in self.partners if partner.mode == mode)
