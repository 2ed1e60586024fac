"""One look and one way in for every page: templates, identity, refusals, documents."""
