# A potential for AlN, SiC and their interface, from nothing: `make potential` in the folder above runs this.
# Every step goes on from where it was stopped. What CP2K calculates is kept in $(OUT)/calculations; labels that come
# along (KNOWN) are not calculated again where the structure is the same. KNOWN= calculates all of them, in hours.

KAPITZA ?= kapitza
OUT ?= kapitza-potential
JOBS ?= 2
MEMBERS ?= 3
CUTOFFS ?= 6 5 4
HERE := $(dir $(lastword $(MAKEFILE_LIST)))
KNOWN ?= $(HERE)labels.xyz
LABEL = --calculations $(OUT)/calculations --jobs $(JOBS) $(if $(KNOWN),--known $(KNOWN))
SOURCE := CP2K 2023.1, PBEsol, DZVP-MOLOPT-SR-GTH, 500 Ry

.PHONY: all
.DELETE_ON_ERROR:
all: $(OUT)/AlN/results.json $(OUT)/SiC/results.json $(OUT)/SiC-strained/results.json

# Rattled and strained structures, and a first potential for molecular dynamics with them.
$(OUT)/first/labels.xyz: $(HERE)recipe.toml
	rm -rf $(OUT)/first
	$(KAPITZA) atoms dataset $< -o $(OUT)/first
	$(KAPITZA) atoms label $(OUT)/first $(LABEL)

$(OUT)/first-potential/nep.txt: $(OUT)/first/labels.xyz
	$(KAPITZA) atoms train $< -o $(OUT)/first-potential --source "$(SOURCE)" --resume --force

# Snapshots at 900 K, labelled, and the potential; the first of CUTOFFS is kept, the others are compared with it.
$(OUT)/labelled/labels.xyz: $(HERE)recipe.toml $(OUT)/first-potential/nep.txt
	rm -rf $(OUT)/labelled
	$(KAPITZA) atoms dataset $< -o $(OUT)/labelled --potential $(OUT)/first-potential
	$(KAPITZA) atoms label $(OUT)/labelled $(LABEL)

$(OUT)/potential/nep.txt: $(OUT)/labelled/labels.xyz
	$(KAPITZA) atoms train $< -o $(OUT)/potential --members $(MEMBERS) $(addprefix --cutoff ,$(CUTOFFS)) --jobs $(JOBS) --source "$(SOURCE)" --resume --force

# What its phonons are.
$(OUT)/AlN/results.json: $(OUT)/potential/nep.txt
	$(KAPITZA) atoms phonons AlN --model $< -o $(@D) --force
$(OUT)/SiC/results.json: $(OUT)/potential/nep.txt
	$(KAPITZA) atoms phonons SiC --model $< -o $(@D) --force
$(OUT)/SiC-strained/results.json: $(OUT)/potential/nep.txt
	$(KAPITZA) atoms phonons SiC --model $< --in-plane 3.112 -o $(@D) --force
