"""`python -m linyue` is the same as the console script `linyue`."""

from linyue.cli import main

if __name__ == "__main__":
    main()
