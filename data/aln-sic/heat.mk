# Heat through AlN and 4H-SiC with the potential that comes along: `make heat` in the folder above runs this. It takes
# hours; every step goes on from where it was stopped.

KAPITZA ?= kapitza
OUT ?= kapitza-heat
JOBS ?= 2
IN_PLANE := 3.125
HERE := $(dir $(lastword $(MAKEFILE_LIST)))

.PHONY: all
.DELETE_ON_ERROR:
all: $(OUT)/heat/results.json

$(OUT)/AlN/results.json:
	$(KAPITZA) atoms phonons AlN --model AlN-SiC -o $(@D) --force
$(OUT)/SiC/results.json:
	$(KAPITZA) atoms phonons SiC --model AlN-SiC --in-plane $(IN_PLANE) -o $(@D) --force

# A shorter cell whose lower interface is that of the simulation.
$(OUT)/cell.xyz:
	mkdir -p $(OUT)
	$(KAPITZA) atoms structure AlN SiC --repeats 1x1x8 --repeats-right 1x1x4 --face N --face-right Si --a $(IN_PLANE) --no-groups \
		-o $@ --force
$(OUT)/bound/results.json: $(OUT)/cell.xyz
	$(KAPITZA) atoms interface-modes $< --model AlN-SiC -o $(@D) --force

$(OUT)/simulation.toml: $(HERE)heat.toml
	mkdir -p $(OUT)
	cp $< $@
$(OUT)/heat/results.json: $(OUT)/simulation.toml $(OUT)/AlN/results.json $(OUT)/SiC/results.json $(OUT)/bound/results.json
	$(KAPITZA) atoms nemd $< -o $(@D) --jobs $(JOBS) --resume --force
