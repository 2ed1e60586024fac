"""What pages and the API read: always as somebody, through `domain.rights`."""
