"""What runs: networks built, trained and measured with torch."""
