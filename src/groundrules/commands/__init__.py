"""The commands: one module each, found by its name. Each has `main(parsed) -> exit code`."""
