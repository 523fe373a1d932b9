"""Potentials: evaluated through one door, trained on labelled structures, with their errors and limits on a card."""

from kapitza.atoms.potential.accuracy import Accuracy, accuracy
from kapitza.atoms.potential.card import read_card, save_model
from kapitza.atoms.potential.checks import check_structure
from kapitza.atoms.potential.dataset import DataSet, read_dataset, read_structures
from kapitza.atoms.potential.disagreement import force_disagreement, select
from kapitza.atoms.potential.evaluation import Labels, evaluate, evaluation_time
from kapitza.atoms.potential.evaluators import calculator, check_device
from kapitza.atoms.potential.gpumd import write_training_files
from kapitza.atoms.potential.model_file import ModelFile, find_model, shipped_models
from kapitza.atoms.potential.references import reference_energies, shifted
from kapitza.atoms.potential.settings import TrainingSettings
from kapitza.atoms.potential.splitting import split
from kapitza.atoms.potential.training import Trained, ensemble, train, train_on, train_variants, with_cutoff

__all__ = [
    "Accuracy",
    "DataSet",
    "Labels",
    "ModelFile",
    "Trained",
    "TrainingSettings",
    "accuracy",
    "calculator",
    "check_device",
    "check_structure",
    "ensemble",
    "evaluate",
    "evaluation_time",
    "find_model",
    "force_disagreement",
    "read_card",
    "read_dataset",
    "read_structures",
    "reference_energies",
    "save_model",
    "select",
    "shifted",
    "shipped_models",
    "split",
    "train",
    "train_on",
    "train_variants",
    "with_cutoff",
    "write_training_files",
]
