"""What is measured, one suite a file: each over the real service, case by case."""
