"""`python -m groundrules`, which is also how nbQA calls it."""

from groundrules.cli import main

raise SystemExit(main())
