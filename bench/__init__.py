"""What Seuil costs, beside what the same work costs bare: `make bench` (docs/performance.md)."""
