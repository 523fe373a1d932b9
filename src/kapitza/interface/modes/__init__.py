"""What single modes do at an interface: populations, their asymmetry, lead and lag, temperatures of energy ranges."""
