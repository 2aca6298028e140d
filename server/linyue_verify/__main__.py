"""`python -m linyue_verify`."""

import sys

from linyue_verify.command import main

if __name__ == "__main__":
    sys.exit(main())
