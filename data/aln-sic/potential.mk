# A potential for AlN, SiC and their interface from the structures here: `make potential` in the folder above runs this.
# Every step goes on from where it was stopped. What CP2K calculates is kept in $(OUT)/calculations; labels that come
# along (KNOWN) are not calculated again where the structure is the same. KNOWN= calculates all of them, in hours.
# FRESH=1 makes structures of its own: the recipe, a first potential, and snapshots drawn with it.

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

ifdef FRESH
$(OUT)/first/labels.xyz: $(HERE)recipe.toml
	rm -rf $(OUT)/first
	$(KAPITZA) atoms dataset $< -o $(OUT)/first
	$(KAPITZA) atoms label $(OUT)/first $(LABEL)

$(OUT)/first-potential/nep.txt: $(OUT)/first/labels.xyz
	$(KAPITZA) atoms train $< -o $(OUT)/first-potential --source "$(SOURCE)" --resume --force

$(OUT)/labelled/labels.xyz: $(HERE)recipe.toml $(OUT)/first-potential/nep.txt
	rm -rf $(OUT)/labelled
	$(KAPITZA) atoms dataset $< -o $(OUT)/labelled --potential $(OUT)/first-potential
	$(KAPITZA) atoms label $(OUT)/labelled $(LABEL)
else
$(OUT)/labelled/labels.xyz: $(HERE)recipe.toml $(HERE)structures.xyz
	mkdir -p $(@D)
	cp $^ $(@D)
	$(KAPITZA) atoms label $(@D) $(LABEL)
endif

# The first of CUTOFFS is kept, the others are compared with it.
$(OUT)/potential/nep.txt: $(OUT)/labelled/labels.xyz
	$(KAPITZA) atoms train $< -o $(OUT)/potential --members $(MEMBERS) $(addprefix --cutoff ,$(CUTOFFS)) --jobs $(JOBS) --source "$(SOURCE)" --resume --force

# What its phonons are.
$(OUT)/AlN/results.json: $(OUT)/potential/nep.txt
	$(KAPITZA) atoms phonons AlN --model $< -o $(@D) --force
$(OUT)/SiC/results.json: $(OUT)/potential/nep.txt
	$(KAPITZA) atoms phonons SiC --model $< -o $(@D) --force
$(OUT)/SiC-strained/results.json: $(OUT)/potential/nep.txt
	$(KAPITZA) atoms phonons SiC --model $< --in-plane 3.125 -o $(@D) --force
