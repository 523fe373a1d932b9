"""What can be chosen about a neuroevolution potential and its training."""

from __future__ import annotations

from dataclasses import dataclass

from kapitza.errors import MethodError

LONGEST_CUTOFF, SHORTEST_CUTOFF = 8.0, 2.5
"""Ends of the cutoffs, Å, that the trainer takes."""


@dataclass(frozen=True)
class TrainingSettings:
    """How a potential is built and trained.

    cutoff_radial, cutoff_angular : Å, of the pair and of the angular descriptors; published are 6 Å.
    n_max, basis_size : numbers of radial functions, and of basis functions each is made of, radial and angular.
    l_max : highest order of the three-, four- and five-body descriptors.
    neurons : in the hidden layer.
    weight_energy, weight_force, weight_virial : in the loss, of squared errors in eV/atom, eV/Å and eV/atom.
    force_scale : eV/Å; a structure whose forces are f, root mean square, weighs 1/(1 + (f/force_scale)²), so that small
        forces, which phonons are made of, are not lost among the large ones of hot crystals. None for equal weights.
    learning_rate : at the start; it falls by 0.7 when the held-out loss has not improved for `patience` epochs.
    final_share : of the epochs, at the end, in which energies weigh `final_weight_energy` and the rate begins at
        `final_learning_rate`; forces are learned first, energies then.
    epochs : at most. early_stop : epochs without improvement of the held-out loss after which training ends.
    batch : structures per step.
    seed : of weights and order. held_out : fraction of every group not trained on. split_seed : which structures.
    repulsion : Å, where the universal (Ziegler, Biersack and Littmark) repulsion begins; None for none.
    """

    cutoff_radial: float = 6.0
    cutoff_angular: float = 4.0
    n_max: tuple[int, int] = (4, 4)
    basis_size: tuple[int, int] = (8, 8)
    l_max: tuple[int, int, int] = (4, 2, 0)
    neurons: int = 30
    weight_energy: float = 0.05
    weight_force: float = 1.0
    weight_virial: float = 0.3
    force_scale: float | None = 2.0
    learning_rate: float = 3e-3
    final_share: float = 0.3
    final_weight_energy: float = 5.0
    final_learning_rate: float = 1e-3
    patience: int = 10
    epochs: int = 500
    early_stop: int = 60
    batch: int = 2
    seed: int = 1
    held_out: float = 0.1
    split_seed: int = 1
    repulsion: float | None = None

    def __post_init__(self) -> None:
        """Refuse what the trainer would.

        Raises
        ------
        MethodError
            if the cutoffs, the epochs, the batch or the scale of forces make no sense.
        """
        if not SHORTEST_CUTOFF <= self.cutoff_angular <= self.cutoff_radial <= LONGEST_CUTOFF:
            raise MethodError(
                f"Cutoffs with {SHORTEST_CUTOFF:g} Å <= angular <= radial <= {LONGEST_CUTOFF:g} Å are wanted, got "
                f"angular {self.cutoff_angular:g} and radial {self.cutoff_radial:g} Å: change them."
            )
        if self.force_scale is not None and not self.force_scale > 0:
            raise MethodError(
                f"A force_scale above 0 eV/Å is wanted, got {self.force_scale:g}: change it, or give None."
            )
        for name in ("epochs", "batch", "neurons"):
            if getattr(self, name) < 1:
                raise MethodError(f"At least 1 is wanted for {name}, got {getattr(self, name)}: change it.")
