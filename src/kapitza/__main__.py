"""`python -m kapitza` is `kapitza`."""

import sys

from kapitza.cli import main

if __name__ == "__main__":
    sys.exit(main())
