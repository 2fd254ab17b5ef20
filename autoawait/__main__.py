"""``python -m autoawait`` is the same as the console script ``autoawait``."""

from autoawait.cli import main

if __name__ == "__main__":
    main()
